"""ConvertFrom-Markdown, Show-Markdown, Get-MarkdownOption, Set-MarkdownOption."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.types.files import FileInfo
from remora.engine.types.registry import type_names
from remora.engine.validators import ValidateNotNullOrEmpty, ValidatePattern, ValidateSet
from remora.modules.common import as_list, unwrap
from remora.modules.management.paths import attempt, glob
from remora.modules.utility.markdown_info import MarkdownInfo
from remora.modules.utility.markdown_options import MarkdownOptions, current_options, keep_options

_RENDER: Final = "Microsoft.PowerShell.MarkdownRender."
_FILLED: Final = (ValidateNotNullOrEmpty(),)
_SEQUENCE: Final = (ValidatePattern(r"^\[*[0-9;]*?m{1}"),)
_INVALID_DATA: Final = "System.IO.InvalidDataException"


@cmdlet("ConvertFrom-Markdown", default_set="PathParamSet", output_type=(_RENDER + "MarkdownInfo",))
class ConvertFromMarkdown(Cmdlet):
    """Markdown, from files or texts, as HTML or for a terminal."""

    path = Parameter("string[]", sets={"PathParamSet": {"mandatory": True, "position": 0}}, validate=_FILLED)
    literal_path = Parameter(
        "string[]", sets={"LiteralParamSet": {"mandatory": True}}, aliases=("PSPath", "LP"), validate=_FILLED
    )
    input_object = Parameter(
        "psobject", sets={"InputObjParamSet": {"mandatory": True, "pipeline": True}}, validate=_FILLED
    )
    as_vt100_encoded_string = Parameter("switch", name="AsVT100EncodedString")

    def begin(self) -> None:
        self.options = current_options(self.session)
        if not getattr(self.session.host, "supports_virtual_terminal", False):
            self.options.enabled = False

    def process(self) -> None:
        if self.parameter_set == "InputObjParamSet":
            self._convert_object(unwrap(self.input_object))
            return
        for text in as_list(self.literal_path):
            attempt(self, lambda text=text: self._convert_path(text, literal=True))  # type: ignore[misc]
        for text in as_list(self.path):
            attempt(self, lambda text=text: self._convert_path(text, literal=False))  # type: ignore[misc]

    def _convert_object(self, given: Any) -> None:
        if isinstance(given, FileInfo):
            self._convert_file(given.path)
        elif isinstance(given, str):
            self._convert(str(given))
        else:
            kind = type_names(given)[0]
            self.fail(
                f"The type of the input object '{kind}' is invalid.", "InvalidInputObject", "InvalidData", given,
                type_name=_INVALID_DATA,
            )  # fmt: skip

    def _convert_path(self, text: str, *, literal: bool) -> None:
        place = self.session.resolve_path(text)
        if not place.is_file_system:
            message = f"Only FileSystem Provider paths are supported. The file path is not supported: '{text}'."
            self.fail(message, "OnlyFileSystemPathsSupported", "InvalidArgument", text,
                      type_name="System.ArgumentException")  # fmt: skip
            return
        found = [place] if literal else list(glob(self.session, text))
        if not found:
            self.fail(
                f"Cannot find path '{place.path}' because it does not exist.", "FileNotFound", "ResourceUnavailable",
                text, type_name="System.Management.Automation.ItemNotFoundException",
            )  # fmt: skip
        for one in found:
            self._convert_file(one.path)

    def _convert_file(self, path: str) -> None:
        try:
            with open(path, encoding="utf-8-sig", errors="replace") as file:
                text = file.read()
        except FileNotFoundError:
            self.fail(f"Could not find file '{path}'.", "FileNotFound", "ResourceUnavailable", path,
                      type_name="System.IO.FileNotFoundException")  # fmt: skip
        except OSError:
            self.fail(f"Access to the path '{path}' is denied.", "FileUnauthorizedAccess", "SecurityError", path,
                      type_name="System.UnauthorizedAccessException")  # fmt: skip
        else:
            self._convert(text)

    def _convert(self, text: str) -> None:
        from remora.modules.utility.markdown_text import to_html, to_vt100

        self.emit(to_vt100(text, self.options) if self.as_vt100_encoded_string else to_html(text))


@cmdlet("Show-Markdown", default_set="Path", output_type=("System.String",))
class ShowMarkdown(Cmdlet):
    """Shows Markdown here, or in the browser."""

    input_object = Parameter("psobject", sets={"InputObject": {"mandatory": True, "pipeline": True}}, validate=_FILLED)
    path = Parameter(
        "string[]", sets={"Path": {"mandatory": True, "position": 0, "by_property": True}}, validate=_FILLED
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP"),
        validate=_FILLED,
    )  # fmt: skip
    use_browser = Parameter("switch")

    def process(self) -> None:
        given = unwrap(self.input_object)
        if isinstance(given, MarkdownInfo):
            self._show(given)
            return
        value = {"InputObject": given, "Path": self.path, "LiteralPath": self.literal_path}[self.parameter_set]
        arguments = {self.parameter_set: value, "AsVT100EncodedString": not self.use_browser}
        for made in self.runtime.call_command("ConvertFrom-Markdown", **arguments):
            self._show(made)

    def _show(self, made: MarkdownInfo) -> None:
        name, text = ("Html", made.html) if self.use_browser else ("VT100EncodedString", made.vt100)
        if not text:
            self.fail(f"The property {name} of the given object is null or empty.", f"{name}IsNullOrEmpty",
                      "InvalidData", text, type_name=_INVALID_DATA)  # fmt: skip
        elif self.use_browser:
            self._open(text)
        else:
            self.emit(text)

    def _open(self, html: str) -> None:
        opener = shutil.which("xdg-open") or shutil.which("open")
        if opener is None:
            self.fail("There is no program to open the page with.", "ErrorLaunchingDefaultApplication",
                      "InvalidOperation", type_name="System.ComponentModel.Win32Exception")  # fmt: skip
            return
        handle, path = tempfile.mkstemp(suffix=".html")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(html)
        child = subprocess.Popen([opener, path], start_new_session=True)
        threading.Thread(target=child.wait, daemon=True).start()


@cmdlet("Get-MarkdownOption", output_type=(_RENDER + "PSMarkdownOptionInfo",))
class GetMarkdownOption(Cmdlet):
    """The escape sequences for the elements of Markdown."""

    def end(self) -> None:
        self.emit(current_options(self.session))


def _color() -> Parameter:
    return Parameter("string", sets=("IndividualSetting",), validate=_SEQUENCE)


# parameter -> element
_ELEMENTS: Final = {
    **{f"Header{level}Color": f"Header{level}" for level in range(1, 7)},
    "Code": "Code",
    "ImageAltTextForegroundColor": "Image",
    "LinkForegroundColor": "Link",
    "ItalicsForegroundColor": "EmphasisItalics",
    "BoldForegroundColor": "EmphasisBold",
}


@cmdlet("Set-MarkdownOption", default_set="IndividualSetting", output_type=(_RENDER + "PSMarkdownOptionInfo",))
class SetMarkdownOption(Cmdlet):
    """Changes the escape sequences for the elements of Markdown; those that are not named get their defaults."""

    header1_color = _color()
    header2_color = _color()
    header3_color = _color()
    header4_color = _color()
    header5_color = _color()
    header6_color = _color()
    code = _color()
    image_alt_text_foreground_color = _color()
    link_foreground_color = _color()
    italics_foreground_color = _color()
    bold_foreground_color = _color()
    pass_thru = Parameter("switch")
    theme = Parameter("string", sets={"Theme": {"mandatory": True}}, validate=(ValidateSet("Dark", "Light"),))
    input_object = Parameter(
        "psobject", sets={"InputObject": {"mandatory": True, "pipeline": True, "position": 0}}, validate=_FILLED
    )

    def end(self) -> None:
        options = MarkdownOptions()
        if self.parameter_set == "Theme":
            options.use_theme(self.theme)
        elif self.parameter_set == "InputObject":
            given = unwrap(self.input_object)
            if not isinstance(given, MarkdownOptions):
                kind = type_names(given)[0]
                raise self.throw(
                    error(f"The type of the input object '{kind}' is invalid.", "InvalidObject", "InvalidArgument",
                          given, type_name="System.ArgumentException")
                )  # fmt: skip
            options = given
        else:
            options.sequences.update(self._given())
        keep_options(self.session, options)
        if self.pass_thru:
            self.emit(options)

    def _given(self) -> dict[str, str]:
        parameters = {one.name: one.attribute for one in self.spec.parameters if one.name in _ELEMENTS}
        values = {_ELEMENTS[name]: getattr(self, attribute) for name, attribute in parameters.items()}
        return {element: str(value) for element, value in values.items() if value}


CMDLETS = (ConvertFromMarkdown, GetMarkdownOption, SetMarkdownOption, ShowMarkdown)
