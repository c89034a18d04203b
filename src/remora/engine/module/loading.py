"""Loading modules: scripts, manifests with their nested and required modules, and what is imported from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine.commands import ScriptInfo
from remora.engine.compile import compile_text
from remora.engine.errors import PSError, error
from remora.engine.invoke import run_block
from remora.engine.language.policy import check_script
from remora.engine.module.exports import EVERYTHING, Importer, ImportRequest, export_members, restrict_exports
from remora.engine.module.finding import at_path, candidates, is_path
from remora.engine.module.info import PSModuleInfo, open_session
from remora.engine.module.manifest import Manifest, manifest_error, read_manifest, read_text
from remora.engine.module.specification import ModuleSpecification
from remora.engine.pipeline.processor import drop
from remora.engine.scopes import SessionScopes
from remora.engine.scriptblock import ScriptBlock
from remora.values.versions import Version

if TYPE_CHECKING:
    from remora.engine.frame import Frame
    from remora.engine.pipes import Pipes

MAX_NESTING: Final = 10
_SCRIPT: Final = (".psm1", ".ps1")


def _quiet(text: str) -> None:
    """Say nothing."""


class ModuleLoader:
    """Loads for one command. target: the session state that imports; frame: where scripts to process run.

    report: takes non-terminating errors. arguments: what module scripts get as ``$args`` and parameters.
    """

    def __init__(
        self,
        frame: Frame,
        pipes: Pipes,
        target: SessionScopes,
        request: ImportRequest,
        *,
        report: Callable[[PSError], None],
        say: Callable[[str], None] = _quiet,
        warn: Callable[[str], None] = _quiet,
        arguments: Sequence[Any] = (),
        force: bool = False,
    ) -> None:
        self.frame = frame
        self.context = frame.context
        self.pipes = pipes
        self.target = target
        self.request = request
        self.force = force
        self._report = report
        self._say = say
        self._warn = warn
        self._arguments = list(arguments)
        self._depth = 0

    # -- by name -------------------------------------------------------------------------------------------------------

    def load(self, wanted: ModuleSpecification) -> PSModuleInfo | None:
        """Load what a name or path means, or import it again when it is loaded. None: reported. Raises PSError."""
        name = wanted.name
        engine = self._engine_module(wanted)
        if engine is not None:
            self.import_from(engine)
            return engine
        for path in at_path(self.context, name) if is_path(name) else candidates(name):
            known = self._loaded(path)
            if known is not None and not self.force:
                if wanted.accepts(known):
                    self.import_from(known)
                    return known
                continue
            if not wanted.is_bare and not wanted.accepts_version(self._version_of(path)):
                continue
            if known is not None:
                from remora.engine.module.removal import remove_module

                remove_module(self.frame, known, self._say)
            return self.load_file(path)
        raise self._not_found(wanted)

    def _engine_module(self, wanted: ModuleSpecification) -> PSModuleInfo | None:
        from remora.engine.module.builtin import engine_module

        found = engine_module(self.context, wanted.name)
        return found if found is not None and wanted.accepts(found) else None

    def _loaded(self, path: str) -> PSModuleInfo | None:
        return self.context.modules.get(path.lower())

    def _version_of(self, path: str) -> Version:
        if not path.lower().endswith(".psd1"):
            return Version(0, 0)
        try:
            return read_manifest(self.context, path, check_members=False).version("ModuleVersion") or Version(0, 0)
        except PSError:
            return Version(0, 0)

    def _not_found(self, wanted: ModuleSpecification) -> PSError:
        name, id = wanted.name, "Modules_ModuleWithVersionNotFound"
        tail = "was not loaded because no valid module file was found in any module directory."
        if wanted.required is not None:
            message = f"The specified module '{name}' with version '{wanted.required}' {tail}"
        elif wanted.minimum is not None and wanted.maximum is not None:
            message = (
                f"The specified module '{name}' with MinimumVersion '{wanted.minimum}' and MaximumVersion "
                f"'{wanted.maximum}' {tail}"
            )
        elif wanted.minimum is not None:
            message = f"The specified module '{name}' with version '{wanted.minimum}' {tail}"
        elif wanted.maximum is not None:
            message = f"The specified module '{name}' with MaximumVersion '{wanted.maximum}' {tail}"
        else:
            message, id = f"The specified module '{name}' {tail}", "Modules_ModuleNotFound"
        return error(message, id, "ResourceUnavailable", name, type_name="System.IO.FileNotFoundException")

    # -- files ---------------------------------------------------------------------------------------------------------

    def load_file(self, path: str) -> PSModuleInfo | None:
        """Load one module file and import from it."""
        self._say(f"Loading module from path '{path}'.")
        extension = os.path.splitext(path)[1].lower()
        if self._depth >= MAX_NESTING:
            raise error(
                f"Cannot load the module '{path}' because the module nesting limit has been exceeded. Modules can only "
                f"be nested to {MAX_NESTING} levels. Evaluate and change the order in which you are loading modules to "
                "prevent exceeding the nesting limit, and then try running your script again.",
                "Modules_ModuleTooDeeplyNested",
                "InvalidOperation",
                path,
                type_name="System.InvalidOperationException",
            )
        self._depth += 1
        try:
            if extension in _SCRIPT:
                return self._script_module(path)
            if extension == ".psd1":
                return self._manifest_module(path)
        finally:
            self._depth -= 1
        raise unusable(path, extension)

    def _script_module(self, path: str) -> PSModuleInfo:
        name = os.path.splitext(os.path.basename(path))[0]
        module = PSModuleInfo(name, path, base=os.path.dirname(path))
        open_session(self.context, module)
        self._register(module)
        try:
            self._run_script(module, path)
        except BaseException:
            self._forget(module)
            raise
        if not module.exported:
            export_members(module, functions=EVERYTHING, cmdlets=EVERYTHING, aliases=EVERYTHING, say=self._say)
        self.import_from(module)
        return module

    def _run_script(self, module: PSModuleInfo, path: str) -> None:
        """Run a module's script in the module's outermost scope; its output is dropped."""
        check_script(self.context, path)
        text = read_text(path)
        module.text = text
        block = ScriptBlock(compile_text(text, path), self.context, module.session)
        info = ScriptInfo(os.path.basename(path), path, block)
        run_block(self.frame, block, self._arguments, drop, self.pipes, new_scope=False, info=info)

    def _register(self, module: PSModuleInfo) -> None:
        self.context.modules[module.key] = module

    def _forget(self, module: PSModuleInfo) -> None:
        self.context.modules.pop(module.key, None)

    def import_from(self, module: PSModuleInfo, prefix: str | None = None) -> None:
        """Take over the members of a loaded module."""
        self.target.modules[module.key] = module
        self.context.modules.setdefault(module.key, module)
        importer = Importer(self.context, self.target, self.frame.scope, self.request, say=self._say, warn=self._warn)
        importer.run(module, self.request.prefix or (module.prefix if prefix is None else prefix))

    # -- manifests -----------------------------------------------------------------------------------------------------

    def _manifest_module(self, path: str) -> PSModuleInfo | None:
        manifest = read_manifest(self.context, path)
        module = described(manifest)
        open_session(self.context, module)
        module.required = [self._require(one, manifest) for one in manifest.specifications("RequiredModules")]
        self._register(module)
        try:
            self._types_and_formats(manifest)
            for script in manifest.texts("ScriptsToProcess") or ():
                self._script_to_process(manifest, script)
            self._load_parts(module, manifest)
        except BaseException:
            self._forget(module)
            raise
        self.import_from(module)
        return module

    def _load_parts(self, module: PSModuleInfo, manifest: Manifest) -> None:
        assert module.session is not None
        inner = ModuleLoader(
            self.frame,
            self.pipes,
            module.session,
            ImportRequest(check_names=False),
            report=self._report,
            say=self._say,
            arguments=self._arguments,
        )
        inner._depth = self._depth
        for nested in manifest.specifications("NestedModules"):
            part = self._part(manifest, nested, "NestedModules")
            if part.lower() == module.key:
                module.nested.append(module)
                continue
            known = self._loaded(part)
            if known is not None:
                inner.import_from(known)
            else:
                inner.load_file(part)
        root = manifest.root
        functions, cmdlets, aliases, variables = (
            manifest.texts(f"{kind}ToExport") for kind in ("Functions", "Cmdlets", "Aliases", "Variables")
        )
        if not root:
            everything = list(EVERYTHING)
            export_members(
                module,
                functions=everything if functions is None else functions,
                cmdlets=everything if cmdlets is None else cmdlets,
                aliases=everything if aliases is None else aliases,
                variables=everything if variables is None else variables,
                say=self._say,
            )
            return
        part = self._part(manifest, ModuleSpecification(root), "RootModule")
        extension = os.path.splitext(part)[1].lower()
        if extension not in _SCRIPT:
            raise unusable(part, extension)
        module.kind, module.path = "Script", part
        self._run_script(module, part)
        if not module.exported:
            export_members(module, functions=EVERYTHING, cmdlets=EVERYTHING, aliases=EVERYTHING, say=self._say)
        restrict_exports(module, functions, cmdlets, aliases, variables)

    def _part(self, manifest: Manifest, wanted: ModuleSpecification, field: str) -> str:
        """The file of a nested or root module: beside the manifest, else by its name."""
        name = wanted.name.replace("\\", "/")
        local = name if name.startswith("/") else os.path.join(manifest.base, name)
        root = field == "RootModule"
        here = [path for path in at_path(self.context, local) if not (root and path.lower().endswith(".psd1"))]
        found = next(iter(here), None)
        if found is None and not is_path(name):
            others = (path for path in candidates(name) if path.lower() != manifest.path.lower())
            found = next((path for path in others if not (root and path.lower().endswith(".psd1"))), None)
        if found is None:
            raise error(
                f"The module to process '{wanted.name}', listed in field '{field}' of module manifest "
                f"'{manifest.path}' was not processed because no valid module was found in any module directory.",
                "Modules_ModuleFileNotFound",
                "ResourceUnavailable",
                wanted.name,
                type_name="System.IO.FileNotFoundException",
            )
        return found

    def _script_to_process(self, manifest: Manifest, script: str) -> None:
        """Run a script in the importer's scope before anything of the module."""
        path = os.path.normpath(os.path.join(manifest.base, script.replace("\\", "/")))
        if not path.lower().endswith(".ps1"):
            raise manifest_error(
                f"The file '{path}' is not allowed because it does not have the extension '.ps1'.",
                manifest.path,
                "Modules_ScriptsToProcessIncorrectExtension",
                kind="System.InvalidOperationException",
            )
        self._say(f"Dot-sourcing the script file '{path}'.")
        info = self.context.resolver.script(path)
        run_block(self.frame, info.block, [], drop, self.pipes, new_scope=False, info=info)

    def _types_and_formats(self, manifest: Manifest) -> None:
        from remora.engine.invoke import call_command

        for key, command in (("TypesToProcess", "Update-TypeData"), ("FormatsToProcess", "Update-FormatData")):
            paths = [os.path.join(manifest.base, one.replace("\\", "/")) for one in manifest.texts(key) or ()]
            if paths and self.context.commands.find(command) is not None:
                call_command(self.frame, command, [], {"PrependPath": paths}, pipes=self.pipes)

    def _require(self, wanted: ModuleSpecification, manifest: Manifest) -> PSModuleInfo:
        """A required module, imported into the session's own state when it is not there."""
        if is_path(wanted.name) and not wanted.name.startswith("/"):
            wanted = wanted.at(os.path.normpath(os.path.join(manifest.base, wanted.name.replace("\\", "/"))))
        known = next(
            (m for m in self.context.modules.values() if m.name.lower() == wanted.name.lower() and wanted.accepts(m)),
            None,
        )
        if known is not None:
            return known
        outer = ModuleLoader(
            self.frame,
            self.pipes,
            self.context.global_scope.session,
            ImportRequest(check_names=False),
            report=self._report,
            say=self._say,
        )
        outer._depth = self._depth + 1
        try:
            found = outer.load(wanted)
        except PSError as problem:
            if problem.record.error_id in ("Modules_ModuleNotFound", "Modules_ModuleWithVersionNotFound"):
                raise missing_requirement(wanted, manifest.path) from None
            if problem.record.error_id == "Modules_ModuleTooDeeplyNested":
                raise manifest_error(
                    f"The required module '{wanted.name}' is not loaded. The module '{wanted.name}' has a "
                    f"requiredModule '{wanted.name}' in its module manifest '{manifest.path}' that points to a cyclic "
                    "dependency.",
                    manifest.path,
                ) from None
            raise
        assert found is not None
        return found


def missing_requirement(wanted: ModuleSpecification, manifest: str) -> PSError:
    """The error of a required module that cannot be found."""
    version = wanted.required or wanted.minimum
    if version is not None and wanted.maximum is not None:
        which = f" with MinimumVersion '{version}' and MaximumVersion '{wanted.maximum}'"
    elif version is not None:
        which = f" with version '{version}'"
    else:
        which = f" with MaximumVersion '{wanted.maximum}'" if wanted.maximum is not None else ""
    return manifest_error(
        f"The required module '{wanted.name}'{which} is not loaded. Load the module or remove the module from "
        f"'RequiredModules' in the file '{manifest}'.",
        manifest,
    )


def unusable(path: str, extension: str) -> PSError:
    """The error of a module file that this engine cannot load."""
    if extension in (".dll", ".exe", ".cdxml"):
        return error(
            f"The module '{path}' was not loaded: compiled and CIM modules are not supported by this engine.",
            "Modules_BinaryModuleNotSupported",
            "NotImplemented",
            path,
            type_name="System.NotSupportedException",
        )
    return error(
        f"The extension '{extension}' is not a valid module extension. The supported module extensions are '.dll', "
        f"'.ps1', '.psm1', '.psd1' and '.cdxml'. Correct the extension then try adding the file '{path}' again.",
        "Modules_InvalidModuleExtension",
        "InvalidOperation",
        path,
        type_name="System.Management.Automation.PSInvalidOperationException",
    )


def described(manifest: Manifest) -> PSModuleInfo:
    """The module a manifest describes, nothing of it loaded."""
    name = os.path.splitext(os.path.basename(manifest.path))[0]
    module = PSModuleInfo(name, manifest.path, base=manifest.base, kind="Manifest")
    module.version = manifest.version("ModuleVersion") or Version(0, 0)
    module.guid = manifest.guid() or module.guid
    module.manifest = manifest
    module.prefix = manifest.text("DefaultCommandPrefix")
    module.private_data = manifest.table.get("privatedata")
    return module
