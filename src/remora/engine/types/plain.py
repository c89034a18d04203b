"""Types that are known by name and place in the hierarchy only. Loaded last: what other tables declare is theirs."""

from __future__ import annotations

from typing import Final

from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import known, register

_A: Final = "System.Management.Automation."
# base: the names below it, a blank between
_CLASSES: Final = {
    "System.Object": "System.Attribute System.EventArgs System.MarshalByRefObject System.Activator "
    "System.Nullable System.WeakReference System.Lazy`1 System.AppContext System.Threading.SynchronizationContext "
    "System.Threading.Tasks.Task System.Runtime.InteropServices.SafeHandle "
    "System.Security.Principal.IIdentity System.Security.AccessControl.ObjectSecurity System.Reflection.Assembly "
    "System.Reflection.Module System.Reflection.Binder System.Reflection.ParameterInfo System.ComponentModel.Component "
    "System.ComponentModel.TypeConverter System.Collections.CollectionBase System.Collections.DictionaryBase "
    "System.Collections.ReadOnlyCollectionBase System.Net.Http.HttpMessageHandler System.Net.Http.HttpClient "
    "System.Net.Http.HttpContent System.Xml.XmlReader System.Xml.XPath.XPathNavigator "
    "System.Xml.Linq.XObject System.Text.Json.JsonDocument System.Text.Json.JsonSerializer "
    "System.Net.NetworkInformation.PhysicalAddress "
    "Microsoft.PowerShell.Commands.ModuleSpecification Microsoft.PowerShell.Commands.MemberDefinition "
    "Microsoft.PowerShell.Commands.GroupInfo Microsoft.PowerShell.Commands.MatchInfo "
    "Microsoft.PowerShell.Commands.MatchInfoContext Microsoft.PowerShell.Commands.MeasureInfo "
    "Microsoft.PowerShell.Commands.HistoryInfo Microsoft.PowerShell.Commands.FileHashInfo "
    "Microsoft.PowerShell.Commands.TextMeasureInfo Microsoft.PowerShell.Commands.ByteCollection",
    "System.Reflection.MemberInfo": "System.Reflection.MethodBase System.Reflection.PropertyInfo "
    "System.Reflection.FieldInfo System.Reflection.EventInfo",
    "System.Reflection.MethodBase": "System.Reflection.MethodInfo System.Reflection.ConstructorInfo",
    "System.ComponentModel.Component": "System.Timers.Timer System.IO.FileSystemWatcher",
    "System.Threading.Tasks.Task": "System.Threading.Tasks.Task`1",
    "System.Xml.Linq.XObject": "System.Xml.Linq.XNode System.Xml.Linq.XAttribute",
    "System.Xml.Linq.XNode": "System.Xml.Linq.XContainer System.Xml.Linq.XText System.Xml.Linq.XComment",
    "System.Xml.Linq.XContainer": "System.Xml.Linq.XElement System.Xml.Linq.XDocument",
    "System.Attribute": "System.FlagsAttribute System.ObsoleteAttribute System.SerializableAttribute "
    "System.ParamArrayAttribute System.ThreadStaticAttribute System.AttributeUsageAttribute "
    "System.ComponentModel.DescriptionAttribute System.ComponentModel.DefaultValueAttribute "
    f"{_A}PSTypeNameAttribute {_A}Internal.CmdletMetadataAttribute {_A}DscResourceAttribute {_A}DscPropertyAttribute "
    f"{_A}DscLocalConfigurationManagerAttribute {_A}ArgumentCompletionsAttribute {_A}ExperimentalAttribute "
    f"{_A}ArgumentCompleterAttribute {_A}Language.NoRunspaceAffinityAttribute {_A}HiddenAttribute",
    _A + "Internal.CmdletMetadataAttribute": f"{_A}CmdletCommonMetadataAttribute {_A}AliasAttribute "
    f"{_A}AllowEmptyCollectionAttribute {_A}AllowEmptyStringAttribute {_A}AllowNullAttribute {_A}OutputTypeAttribute "
    f"{_A}ParameterAttribute {_A}ValidateArgumentsAttribute {_A}ArgumentTransformationAttribute "
    f"{_A}SupportsWildcardsAttribute {_A}PSDefaultValueAttribute",
    _A + "CmdletCommonMetadataAttribute": f"{_A}CmdletAttribute {_A}CmdletBindingAttribute",
    _A + "ValidateArgumentsAttribute": f"{_A}ValidateEnumeratedArgumentsAttribute {_A}ValidateCountAttribute "
    f"{_A}ValidateNotNullOrAttributeBase {_A}ValidateUserDriveAttribute {_A}ValidateTrustedDataAttribute",
    _A
    + "ValidateNotNullOrAttributeBase": f"{_A}ValidateNotNullOrEmptyAttribute {_A}ValidateNotNullOrWhiteSpaceAttribute",
    _A + "ValidateEnumeratedArgumentsAttribute": f"{_A}ValidateLengthAttribute {_A}ValidatePatternAttribute "
    f"{_A}ValidateRangeAttribute {_A}ValidateScriptAttribute {_A}ValidateSetAttribute",
    _A + "ValidateUserDriveAttribute": f"{_A}ValidateDriveAttribute",
    _A + "Internal.InternalCommand": f"{_A}Cmdlet",
    _A + "Job": f"{_A}PSRemotingJob {_A}PSRemotingChildJob {_A}PSEventJob {_A}PSTasks.PSTaskJob "
    f"{_A}PSTasks.PSTaskChildJob",
    _A + "Job2": "ThreadJob.ThreadJob",
    _A + "Cmdlet": f"{_A}PSCmdlet",
    _A + "Provider.CmdletProvider": f"{_A}Provider.DriveCmdletProvider",
    _A + "Provider.DriveCmdletProvider": f"{_A}Provider.ItemCmdletProvider",
    _A + "Provider.ItemCmdletProvider": f"{_A}Provider.ContainerCmdletProvider",
    _A + "Provider.ContainerCmdletProvider": f"{_A}Provider.NavigationCmdletProvider",
}
_POWERSHELL: Final = (
    "ApplicationInfo AuthorizationManager Breakpoint CallStackFrame CommandCompletion CommandInvocationIntrinsics "
    "CommandLookupEventArgs CommandMetadata CommandParameterInfo CommandParameterSetInfo CompletionResult "
    "CustomControl Debugger DefaultParameterDictionary DisplayEntry EngineIntrinsics "
    "ExternalScriptInfo FormatViewDefinition InvocationInfo Job Job2 JobDefinition JobManager LanguagePrimitives "
    "LineBreakpoint ListControl ParameterMetadata PathInfo PathIntrinsics PowerShell PSAdaptedProperty "
    " PSClassInfo PSCommand PSControl PSDataCollection`1 PSDriveInfo PSEngineEvent PSEvent PSEventArgs "
    " PSEventHandler PSEventManager PSEventSubscriber PSInvocationStateInfo PSJobProxy "
    "PSMemberSet PSModuleInfo PSParameterizedProperty PSParseError PSParser PSReference`1 "
    "PSSnapInInfo PSStyle PSTypeConverter PSVariableIntrinsics PSVariableProperty ProviderInfo ProviderIntrinsics "
    "ProxyCommand RemoteCommandInfo RunspacePoolStateInfo RuntimeDefinedParameter RuntimeDefinedParameterDictionary "
    "SessionState ScriptInfo VerbInfo Signature TableControl VariablePath WideControl WorkflowInfo "
    "Host.PSHost Host.PSHostUserInterface Host.PSHostRawUserInterface Host.ChoiceDescription Host.FieldDescription "
    "Internal.InternalCommand Internal.CommonParameters Language.Ast Language.Parser Language.Token "
    "Language.ParseError "
    "Language.CodeGeneration Language.ScriptBlockAst Language.CommandAst "
    "Provider.CmdletProvider Remoting.PSSenderInfo Runspaces.Runspace Runspaces.RunspaceFactory Runspaces.RunspacePool "
    "Runspaces.InitialSessionState Runspaces.InitialSessionStateEntry Runspaces.Command "
    "Runspaces.CommandParameter Runspaces.SessionStateProxy Runspaces.TypeTable "
    "Runspaces.RunspaceConnectionInfo Runspaces.SSHConnectionInfo Runspaces.WSManConnectionInfo"
)


def _declare(name: str, base: NetType) -> NetType:
    found = known(name)
    if found is None:
        found = NetType(name, base)
        register(found)
    return found


def register_types() -> None:
    """Declare those names that no other table has."""
    for name in _POWERSHELL.split():
        _declare(_A + name, OBJECT)
    for base, names in _CLASSES.items():
        parent = _declare(base, OBJECT)
        for name in names.split():
            _declare(name, parent)
    for name in ("System.IntPtr", "System.UIntPtr", "System.Half", "System.Int128", "System.UInt128",
                 "System.Runtime.InteropServices.GCHandle", "System.Threading.CancellationToken"):  # fmt: skip
        if known(name) is None:
            register(NetType(name, r.VALUE_TYPE, is_value_type=True))
