"""Functions that every session has from the start, as PowerShell has them. Each is compiled when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from remora.engine.commands import CommandInfo, FunctionInfo
from remora.engine.language.mode import SETUP

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.scriptblock import ScriptBlock

TEXTS: Final = {
    "prompt": "\"PS $($ExecutionContext.SessionState.Path.CurrentLocation)$('>' * ($NestedPromptLevel + 1)) \"",
    "cd..": "Set-Location ..",
    "cd\\": "Set-Location /",
    "cd~": "Set-Location ~",
    "exec": "Switch-Process -WithCommand $args",
    "oss": (
        "[CmdletBinding()] param([ValidateRange(2, 2147483647)] [int] $Width, "
        "[Parameter(ValueFromPipeline = $true)] [psobject] $InputObject) "
        "begin { $all = [System.Collections.Generic.List[object]]::new() } process { $all.Add($InputObject) } "
        "end { $null = $PSBoundParameters.Remove('InputObject'); $all | Out-String -Stream @PSBoundParameters }"
    ),
    "help": (
        "[CmdletBinding(DefaultParameterSetName = 'AllUsersView')] param("
        "[Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)] [string] $Name, [string] $Path, "
        "[string[]] $Category, [Parameter(ParameterSetName = 'DetailedView', Mandatory = $true)] [switch] $Detailed, "
        "[Parameter(ParameterSetName = 'AllUsersView')] [switch] $Full, "
        "[Parameter(ParameterSetName = 'Examples', Mandatory = $true)] [switch] $Examples, "
        "[Parameter(ParameterSetName = 'Parameters', Mandatory = $true)] [string[]] $Parameter, "
        "[string[]] $Component, [string[]] $Functionality, [string[]] $Role, "
        "[Parameter(ParameterSetName = 'Online', Mandatory = $true)] [switch] $Online, "
        "[Parameter(ParameterSetName = 'ShowWindow', Mandatory = $true)] [switch] $ShowWindow) "
        "if ($PSCmdlet.ParameterSetName -eq 'AllUsersView') { $PSBoundParameters['Full'] = $true } "
        "Get-Help @PSBoundParameters"
    ),
    "Pause": "$null = Read-Host 'Press Enter to continue...'",
}


class BuiltinFunction(FunctionInfo):
    """A function whose text waits to be compiled."""

    __slots__ = ("_block", "_context", "_text")

    def __init__(self, context: EngineContext, name: str, text: str) -> None:
        CommandInfo.__init__(self, name, "Function")
        self.description = ""
        self._context = context
        self._text = text
        self._block: ScriptBlock | None = None

    @property
    def block(self) -> Any:
        """The compiled text."""
        if self._block is None:
            with self._context.in_mode(SETUP):
                self._block = self._context.make_block(self._text)
        return self._block

    @block.setter
    def block(self, value: ScriptBlock) -> None:
        self._block = value


def define(context: EngineContext) -> None:
    """Put the functions into the global scope."""
    functions = context.global_scope.functions
    if functions is None:
        functions = context.global_scope.functions = {}
    for name, text in TEXTS.items():
        functions[name.lower()] = BuiltinFunction(context, name, text)
