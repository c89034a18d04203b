"""The module of functions that stand for commands of a session: its text and its files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from remora.auth.certificate_store import read_certificate
from remora.client.pssession import PSSession
from remora.engine.format.viewexport import export_views
from remora.engine.format.views import ViewDefinition
from remora.engine.text.encodings import codec_of
from remora.modules.remoting.remote_commands import RemoteCommand, RemoteParameter

_COMMON_NAMES: Final = (
    "verbose debug erroraction warningaction informationaction progressaction errorvariable warningvariable "
    "informationvariable outvariable outbuffer pipelinevariable"
)
_COMMON: Final = frozenset(_COMMON_NAMES.split())
_LEFT_REMOTE: Final = "'ErrorAction', 'WarningAction', 'InformationAction', 'ProgressAction'"

_CORE: Final = "Microsoft.PowerShell.Core\\"
_UTILITY: Final = "Microsoft.PowerShell.Utility\\"
"""The functions' own commands by their whole names: those of the session may hide the short ones."""

_HEADER: Final = """\
param([object] $PSSessionOverride)

$script:PSSession = $PSSessionOverride

function Get-PSImplicitRemotingSession([string] $CommandName) {{
    if ($null -eq $script:PSSession -or $script:PSSession.State -notin 'Opened', 'Disconnected') {{
        $script:PSSession = {core}Get-PSSession -InstanceId {instance} -ErrorAction Ignore
    }}
    if ($null -ne $script:PSSession -and $script:PSSession.State -eq 'Disconnected') {{
        $script:PSSession = {core}Connect-PSSession -Session $script:PSSession
    }}
    if ($null -eq $script:PSSession -or $script:PSSession.State -ne 'Opened') {{
        {utility}Write-Host "Creating a new session for implicit remoting of `"$CommandName`" command..."
        $script:PSSession = {renew}
    }}
    if ($null -eq $script:PSSession -or $script:PSSession.State -ne 'Opened') {{
        throw 'No session has been associated with this implicit remoting module.'
    }}
    return $script:PSSession
}}

function Get-PSImplicitRemotingParameter([System.Collections.IDictionary] $Bound) {{
    $remote = @{{}}
    foreach ($name in $Bound.Keys) {{
        if ($name -in 'PSPipelined', 'PSUnnamed') {{ continue }}
        if ($name -in {left} -or $name -notin [System.Management.Automation.Cmdlet]::CommonParameters) {{
            $remote[$name] = $Bound[$name]
        }}
    }}
    return $remote
}}
"""

_FUNCTION: Final = """
function {name} {{
    [CmdletBinding(PositionalBinding = $false)]
    param(
{parameters}
        [Parameter(ValueFromPipeline, DontShow)] [AllowNull()] [object] $PSPipelined,
        [Parameter(ValueFromRemainingArguments, DontShow)] [AllowNull()] [object[]] $PSUnnamed
    )
    begin {{ $piped = [System.Collections.Generic.List[object]]::new() }}
    process {{ if ($PSBoundParameters.ContainsKey('PSPipelined')) {{ $piped.Add($PSPipelined) }} }}
    end {{
        $unnamed = @()
        $remote = Get-PSImplicitRemotingParameter $PSBoundParameters
        if ($null -ne $PSUnnamed) {{ $unnamed = $PSUnnamed }}
        $call = @{{
            Session = Get-PSImplicitRemotingSession -CommandName {quoted}
            HideComputerName = $true
            ArgumentList = {quoted}, $remote, $unnamed
            ScriptBlock = {{ param($name, $bound, $rest) $input | & $name @bound @rest }}
        }}
        if (-not $piped.Count) {{ $call.ScriptBlock = {{ param($name, $bound, $rest) & $name @bound @rest }} }}
        {async_}$piped | {core}Invoke-Command @call
    }}
    # .ForwardHelpTargetName {name}
    # .ForwardHelpCategory {kind}
    # .RemoteHelpRunspace PSSession
}}
"""

_AS_JOB: Final = """\
if ($AsJob) {
            $remote.Remove('AsJob')
            $call.AsJob = $true
        }
        """

_MANIFEST: Final = """\
@{{
    GUID = '{guid}'
    Description = {description}
    RootModule = {root}
    FormatsToProcess = @({formats})
    ModuleVersion = '1.0'
    FunctionsToExport = @({functions})
    AliasesToExport = @({aliases})
    CmdletsToExport = @()
    PrivateData = @{{ ImplicitRemoting = $true }}
}}
"""


def quoted(text: str) -> str:
    """A text in single quotes; PowerShell takes typographic ones for the same."""
    return "'" + re.sub("['\u2018\u2019\u201a\u201b]", r"\g<0>\g<0>", text) + "'"


def remote_name(session: PSSession) -> str:
    """What the folder of an imported module is called before its number."""
    return f"remoteIpMoProxy_{session.id}_"


@dataclass(frozen=True)
class ProxyModule:
    """Functions and aliases for commands of a session, with the session's views."""

    session: PSSession
    commands: list[RemoteCommand]
    formats: list[ViewDefinition]

    def write(self, folder: str, encoding: Any = None) -> list[str]:
        """Write the files of the module and return their paths. Raises OSError."""
        codec, mark = codec_of(encoding)
        os.makedirs(folder, exist_ok=True)
        name = os.path.basename(folder)
        texts = {
            f"{name}.psm1": self._functions(),
            f"{name}.psd1": self._manifest(name),
            f"{name}.format.ps1xml": export_views(self.formats, scripts=True),
        }
        for file, text in texts.items():
            with open(os.path.join(folder, file), "wb") as out:
                out.write(mark + text.encode(codec, "replace"))
        return [os.path.join(folder, file) for file in texts]

    def _functions(self) -> str:
        instance, renew = self.session.instance_id, self._renewal()
        parts = [_HEADER.format(instance=instance, renew=renew, left=_LEFT_REMOTE, core=_CORE, utility=_UTILITY)]
        parts += [_function(command) for command in self.commands if not command.target]
        aliases = [command for command in self.commands if command.target]
        parts += [
            f"{_UTILITY}Set-Alias -Name {quoted(one.name)} -Value {quoted(one.target)} -Force\n" for one in aliases
        ]
        exported = [
            f" -{kind} {', '.join(quoted(name) for name in names)}"
            for kind, names in (("Function", self._names(alias=False)), ("Alias", self._names(alias=True)))
            if names
        ]
        return "".join([*parts, f"\n{_CORE}Export-ModuleMember{''.join(exported)}\n"])

    def _names(self, *, alias: bool) -> list[str]:
        return [command.name for command in self.commands if bool(command.target) == alias]

    def _renewal(self) -> str:
        """The expression that opens a session like this one."""
        info = self.session.connection_info
        text = f"{_CORE}New-PSSession -ConnectionUri {quoted(info.url)} -ConfigurationName {quoted(info.configuration)}"
        if info.certificate is not None:
            return f"{text} -CertificateThumbprint {read_certificate(info.certificate.certificate).thumbprint}"
        text += f" -Authentication {info.authentication.value}"
        if info.credential is not None:
            said = f"Enter your credentials for {info.url}."
            asked = ", ".join(quoted(t) for t in ("PowerShell credential request", said, info.credential.username, ""))
            text += f" -Credential ($Host.UI.PromptForCredential({asked}))"
        return text

    def _manifest(self, name: str) -> str:
        return _MANIFEST.format(
            guid=uuid4(),
            description=quoted(f"Implicit remoting for {self.session.connection_info.url}"),
            root=quoted(f"{name}.psm1"),
            formats=quoted(f"{name}.format.ps1xml"),
            functions=", ".join(quoted(one) for one in self._names(alias=False)),
            aliases=", ".join(quoted(one) for one in self._names(alias=True)),
        )


def _function(command: RemoteCommand) -> str:
    own = [p for p in command.parameters if not (command.is_cmdlet and p.name.lower() in _COMMON)]
    here = all(p.name.lower() != "asjob" for p in own)  # a command's own -AsJob makes its job there
    if here:
        own.append(RemoteParameter("AsJob", "System.Management.Automation.SwitchParameter"))
    return _FUNCTION.format(
        name=command.name,
        quoted=quoted(command.name),
        kind=command.kind,
        core=_CORE,
        async_=_AS_JOB if here else "",
        parameters="".join(f"        {_parameter(p)},\n" for p in own if p.name),
    )


def _parameter(parameter: RemoteParameter) -> str:
    alias = f"[Alias({', '.join(quoted(a) for a in parameter.aliases)})] " if parameter.aliases else ""
    kind = f"[{parameter.type_name}] " if parameter.type_name else ""
    return f"{alias}{kind}${{{parameter.name}}}"
