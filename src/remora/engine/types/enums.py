"""Enumerations: names and numbers as data."""

from __future__ import annotations

from typing import Final

from remora.engine.errors import CATEGORIES
from remora.engine.nettype import NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import register

_A: Final = "System.Management.Automation."
# names of values 0, 1, 2 ...; name=number sets the next number
_PLAIN: Final = {
    "System.StringComparison": "CurrentCulture CurrentCultureIgnoreCase InvariantCulture InvariantCultureIgnoreCase "
    "Ordinal OrdinalIgnoreCase",
    "System.DayOfWeek": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
    "System.ConsoleColor": "Black DarkBlue DarkGreen DarkCyan DarkRed DarkMagenta DarkYellow Gray DarkGray Blue Green "
    "Cyan Red Magenta Yellow White",
    "System.ConsoleKey": "Backspace=8 Tab Clear=12 Enter Pause=19 Escape=27 Spacebar=32 PageUp PageDown End Home "
    "LeftArrow UpArrow RightArrow DownArrow Select Print Execute PrintScreen Insert Delete Help D0 D1 D2 D3 D4 D5 D6 "
    "D7 "
    "D8 D9 A=65 B C D E F G H I J K L M N O P Q R S T U V W X Y Z F1=112 F2 F3 F4 F5 F6 F7 F8 F9 F10 F11 F12",
    "System.ConsoleSpecialKey": "ControlC ControlBreak",
    "System.DateTimeKind": "Unspecified Utc Local",
    "System.MidpointRounding": "ToEven AwayFromZero ToZero ToNegativeInfinity ToPositiveInfinity",
    "System.PlatformID": "Win32S Win32Windows Win32NT WinCE Unix Xbox MacOSX Other",
    "System.TypeCode": "Empty Object DBNull Boolean Char SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single "
    "Double "
    "Decimal DateTime String=18",
    "System.UriKind": "RelativeOrAbsolute Absolute Relative",
    "System.UriHostNameType": "Unknown Basic Dns IPv4 IPv6",
    "System.UriFormat": "UriEscaped=1 Unescaped SafeUnescaped",
    "System.UriPartial": "Scheme Authority Path Query",
    "System.EnvironmentVariableTarget": "Process User Machine",
    "System.Base64FormattingOptions": "None InsertLineBreaks",
    "System.GCCollectionMode": "Default Forced Optimized Aggressive",
    "System.IO.FileMode": "CreateNew=1 Create Open OpenOrCreate Truncate Append",
    "System.IO.SeekOrigin": "Begin Current End",
    "System.IO.SearchOption": "TopDirectoryOnly AllDirectories",
    "System.IO.DriveType": "Unknown NoRootDirectory Removable Fixed Network CDRom Ram",
    "System.IO.MatchType": "Simple Win32",
    "System.IO.MatchCasing": "PlatformDefault CaseSensitive CaseInsensitive",
    "System.IO.Compression.CompressionMode": "Decompress Compress",
    "System.IO.Compression.CompressionLevel": "Optimal Fastest NoCompression SmallestSize",
    "System.IO.Compression.ZipArchiveMode": "Read Create Update",
    "System.ComponentModel.ListSortDirection": "Ascending Descending",
    "System.Diagnostics.ProcessPriorityClass": "Normal=32 Idle=64 High=128 RealTime=256 BelowNormal=16384 "
    "AboveNormal=32768",
    "System.Diagnostics.ProcessWindowStyle": "Normal Hidden Minimized Maximized",
    "System.Diagnostics.TraceLevel": "Off Error Warning Info Verbose",
    "System.Globalization.CalendarWeekRule": "FirstDay FirstFullWeek FirstFourDayWeek",
    "System.Globalization.UnicodeCategory": "UppercaseLetter LowercaseLetter TitlecaseLetter ModifierLetter "
    "OtherLetter "
    "NonSpacingMark SpacingCombiningMark EnclosingMark DecimalDigitNumber LetterNumber OtherNumber SpaceSeparator "
    "LineSeparator ParagraphSeparator Control Format Surrogate PrivateUse ConnectorPunctuation DashPunctuation "
    "OpenPunctuation ClosePunctuation InitialQuotePunctuation FinalQuotePunctuation OtherPunctuation MathSymbol "
    "CurrencySymbol ModifierSymbol OtherSymbol OtherNotAssigned",
    "System.Net.Sockets.AddressFamily": "Unspecified Unix InterNetwork NetBios=17 InterNetworkV6=23",
    "System.Net.Sockets.ProtocolType": "IP Icmp Igmp Ggp IPv4 Tcp=6 Udp=17",
    "System.Net.Sockets.SocketType": "Stream=1 Dgram Raw Rdm Seqpacket",
    "System.Net.HttpStatusCode": "Continue=100 SwitchingProtocols Processing OK=200 Created Accepted "
    "NonAuthoritativeInformation NoContent ResetContent PartialContent MultipleChoices=300 Moved Found SeeOther "
    "NotModified UseProxy Unused TemporaryRedirect PermanentRedirect BadRequest=400 Unauthorized PaymentRequired "
    "Forbidden NotFound MethodNotAllowed NotAcceptable ProxyAuthenticationRequired RequestTimeout Conflict Gone "
    "LengthRequired PreconditionFailed RequestEntityTooLarge RequestUriTooLong UnsupportedMediaType "
    "RequestedRangeNotSatisfiable ExpectationFailed UnprocessableEntity=422 TooManyRequests=429 "
    "InternalServerError=500 NotImplemented BadGateway ServiceUnavailable GatewayTimeout HttpVersionNotSupported",
    "System.Runtime.InteropServices.Architecture": "X86 X64 Arm Arm64 Wasm S390x LoongArch64 Armv6 Ppc64le",
    "System.Security.Cryptography.CipherMode": "CBC=1 ECB OFB CFB CTS",
    "System.Security.Cryptography.CryptoStreamMode": "Read Write",
    "System.Security.Cryptography.PaddingMode": "None=1 PKCS7 Zeros ANSIX923 ISO10126",
    "System.Security.AccessControl.AccessControlType": "Allow Deny",
    "System.Text.NormalizationForm": "FormC=1 FormD FormKC=5 FormKD",
    "System.Threading.ApartmentState": "STA MTA Unknown",
    "System.Threading.EventResetMode": "AutoReset ManualReset",
    "System.Threading.ThreadPriority": "Lowest BelowNormal Normal AboveNormal Highest",
    "System.Threading.Tasks.TaskStatus": "Created WaitingForActivation WaitingToRun Running "
    "WaitingForChildrenToComplete RanToCompletion Canceled Faulted",
    "System.Net.Mail.MailPriority": "Normal Low High",
    "System.Xml.XmlNodeType": "None Element Attribute Text CDATA EntityReference Entity ProcessingInstruction Comment "
    "Document DocumentType DocumentFragment Notation Whitespace SignificantWhitespace EndElement EndEntity "
    "XmlDeclaration",
    "System.Xml.Formatting": "None Indented",
    _A + "ActionPreference": "SilentlyContinue Stop Continue Inquire Ignore Suspend Break",
    _A + "Alignment": "Undefined Left Center Right",
    _A + "CommandOrigin": "Runspace Internal",
    _A + "CompletionResultType": "Text History Command ProviderItem ProviderContainer Property Method ParameterName "
    "ParameterValue Variable Namespace Type Keyword DynamicKeyword",
    _A + "ConfirmImpact": "None Low Medium High",
    _A + "ErrorCategory": " ".join(CATEGORIES),
    _A + "ErrorView": "NormalView CategoryView ConciseView DetailedView",
    _A + "ExperimentAction": "None Hide Show",
    _A + "ImplementedAsType": "None PowerShell WindowsPowerShell",
    _A + "JobState": "NotStarted Running Completed Failed Stopped Blocked Suspended Disconnected Suspending Stopping "
    "AtBreakpoint",
    _A + "ModuleType": "Script Binary Manifest Cim Workflow",
    _A + "ModuleAccessMode": "ReadWrite ReadOnly Constant",
    _A + "OutputRendering": "Host PlainText Ansi",
    _A + "ProgressRecordType": "Processing Completed",
    _A + "ProgressView": "Minimal Classic",
    _A + "PSInvocationState": "NotStarted Running Stopping Stopped Completed Failed Disconnected",
    _A + "PSLanguageMode": "FullLanguage RestrictedLanguage NoLanguage ConstrainedLanguage",
    _A + "PSTokenType": "Unknown Command CommandParameter CommandArgument Number String Variable Member LoopLabel "
    "Attribute Type Operator GroupStart GroupEnd Keyword Comment StatementSeparator NewLine LineContinuation Position",
    _A + "RollbackSeverity": "Error TerminatingError Never",
    _A + "RunspaceMode": "CurrentRunspace NewRunspace",
    _A + "SignatureStatus": "Valid UnknownError NotSigned HashMismatch NotTrusted NotSupportedFileFormat Incompatible",
    _A + "VariableAccessMode": "Read Write ReadWrite",
    _A + "WhereOperatorSelectionMode": "Default First Last SkipUntil Until Split",
    _A + "Language.StringConstantType": "SingleQuoted SingleQuotedHereString DoubleQuoted DoubleQuotedHereString "
    "BareWord",
    _A + "Runspaces.RunspaceState": "BeforeOpen Opening Opened Closed Closing Broken Disconnecting Disconnected "
    "Connecting",
    _A + "Runspaces.RunspaceAvailability": "None Available AvailableForNestedCommand Busy RemoteDebug",
    _A + "Runspaces.AuthenticationMechanism": "Default Basic Negotiate NegotiateWithImplicitCredential Credssp Digest "
    "Kerberos",
    _A + "Runspaces.OutputBufferingMode": "None Drop Block",
    _A + "Runspaces.TargetMachineType": "RemoteMachine VirtualMachine Container",
    _A + "Remoting.ProxyAccessType": "None IEConfig WinHttpConfig AutoDetect=4 NoProxyServer=8",
    "Microsoft.WSMan.Management.AuthenticationMechanism": "None Default=1 Digest=2 Negotiate=4 Basic=8 Kerberos=16 "
    "ClientCertificate=32 Credssp=128",
    "Microsoft.WSMan.Management.ProxyAccessType": "ProxyIEConfig=1 ProxyWinHttpConfig=2 ProxyAutoDetect=4 "
    "ProxyNoProxyServer=8",
    "Microsoft.WSMan.Management.ProxyAuthentication": "Negotiate=1 Basic=2 Digest=4",
    "Microsoft.PowerShell.Commands.OutTarget": "Default Host Job",
    "Microsoft.PowerShell.Commands.SessionFilterState": "All Opened Disconnected Closed Broken",
    "Microsoft.PowerShell.Commands.ServiceStartupType": "InvalidValue=-1 Automatic=2 Manual Disabled "
    "AutomaticDelayedStart=10",
    "Microsoft.PowerShell.Commands.TestPathType": "Any Container Leaf",
    "Microsoft.PowerShell.Commands.UpdateHelpScope": "CurrentUser AllUsers",
    _A + "Configuration.ConfigScope": "AllUsers CurrentUser",
    "System.ServiceProcess.ServiceControllerStatus": "Stopped=1 StartPending StopPending Running ContinuePending "
    "PausePending Paused",
    "Microsoft.PowerShell.ExecutionPolicy": "Unrestricted RemoteSigned AllSigned Restricted Default=3 Bypass Undefined",
    "Microsoft.PowerShell.ExecutionPolicyScope": "Process CurrentUser LocalMachine UserPolicy MachinePolicy",
}
# combinations of bits
_FLAGS: Final = {
    "System.Net.Mail.DeliveryNotificationOptions": "None=0 OnSuccess=1 OnFailure=2 Delay=4 Never=134217728",
    _A + "Subsystem.SubsystemKind": "CommandPredictor=1 CrossPlatformDsc=2 FeedbackProvider=4",
    "System.AttributeTargets": "Assembly=1 Module=2 Class=4 Struct=8 Enum=16 Constructor=32 Method=64 Property=128 "
    "Field=256 Event=512 Interface=1024 Parameter=2048 Delegate=4096 ReturnValue=8192 GenericParameter=16384 All=32767",
    "System.ConsoleModifiers": "None=0 Alt=1 Shift=2 Control=4",
    "System.StringSplitOptions": "None=0 RemoveEmptyEntries=1 TrimEntries=2",
    "System.UriComponents": "Scheme=1 UserInfo=2 Host=4 Port=8 Path=16 Query=32 Fragment=64 AbsoluteUri=127",
    "System.IO.FileAccess": "Read=1 Write=2 ReadWrite=3",
    "System.IO.FileShare": "None=0 Read=1 Write=2 ReadWrite=3 Delete=4 Inheritable=16",
    "System.IO.FileOptions": "None=0 Encrypted=16384 DeleteOnClose=67108864 SequentialScan=134217728 "
    "RandomAccess=268435456 Asynchronous=1073741824 WriteThrough=-2147483648",
    "System.IO.FileAttributes": "None=0 ReadOnly=1 Hidden=2 System=4 Directory=16 Archive=32 Device=64 Normal=128 "
    "Temporary=256 SparseFile=512 ReparsePoint=1024 Compressed=2048 Offline=4096 NotContentIndexed=8192 "
    "Encrypted=16384 IntegrityStream=32768 NoScrubData=131072",
    "System.IO.UnixFileMode": "None=0 OtherExecute=1 OtherWrite=2 OtherRead=4 GroupExecute=8 GroupWrite=16 "
    "GroupRead=32 "
    "UserExecute=64 UserWrite=128 UserRead=256 StickyBit=512 SetGroup=1024 SetUser=2048",
    "System.Globalization.NumberStyles": "None=0 AllowLeadingWhite=1 AllowTrailingWhite=2 AllowLeadingSign=4 Integer=7 "
    "AllowTrailingSign=8 AllowParentheses=16 AllowDecimalPoint=32 AllowThousands=64 Number=111 AllowExponent=128 "
    "Float=167 AllowCurrencySymbol=256 Currency=383 Any=511 AllowHexSpecifier=512 HexNumber=515 "
    "AllowBinarySpecifier=1024 "
    "BinaryNumber=1027",
    "System.Globalization.DateTimeStyles": "None=0 AllowLeadingWhite=1 AllowTrailingWhite=2 AllowInnerWhite=4 "
    "AllowWhiteSpaces=7 NoCurrentDateDefault=8 AdjustToUniversal=16 AssumeLocal=32 AssumeUniversal=64 "
    "RoundtripKind=128",
    "System.Globalization.TimeSpanStyles": "None=0 AssumeNegative=1",
    "System.Globalization.CompareOptions": "None=0 IgnoreCase=1 IgnoreNonSpace=2 IgnoreSymbols=4 IgnoreKanaType=8 "
    "IgnoreWidth=16 OrdinalIgnoreCase=268435456 StringSort=536870912 Ordinal=1073741824",
    "System.Globalization.CultureTypes": "NeutralCultures=1 SpecificCultures=2 InstalledWin32Cultures=4 AllCultures=7 "
    "UserCustomCulture=8",
    "System.Reflection.MemberTypes": "Constructor=1 Event=2 Field=4 Method=8 Property=16 TypeInfo=32 Custom=64 "
    "NestedType=128 All=191",
    "System.Reflection.BindingFlags": "Default=0 IgnoreCase=1 DeclaredOnly=2 Instance=4 Static=8 Public=16 "
    "NonPublic=32 "
    "FlattenHierarchy=64 InvokeMethod=256 CreateInstance=512 GetField=1024 SetField=2048 GetProperty=4096 "
    "SetProperty=8192",
    "System.Security.AccessControl.FileSystemRights": "ReadData=1 WriteData=2 AppendData=4 ReadExtendedAttributes=8 "
    "WriteExtendedAttributes=16 ExecuteFile=32 DeleteSubdirectoriesAndFiles=64 ReadAttributes=128 WriteAttributes=256 "
    "Write=278 Delete=65536 ReadPermissions=131072 Read=131209 ReadAndExecute=131241 Modify=197055 "
    "ChangePermissions=262144 TakeOwnership=524288 Synchronize=1048576 FullControl=2032127",
    "System.Security.Authentication.SslProtocols": "None=0 Ssl2=12 Ssl3=48 Tls=192 Tls11=768 Tls12=3072 Tls13=12288",
    "System.Net.SecurityProtocolType": "SystemDefault=0 Ssl3=48 Tls=192 Tls11=768 Tls12=3072 Tls13=12288",
    _A + "CopyContainers": "CopyTargetContainer=0 CopyChildrenOfTargetContainer=1",
    _A + "ShouldProcessReason": "None=0 WhatIf=1",
    _A + "SplitOptions": "SimpleMatch=1 RegexMatch=2 CultureInvariant=4 IgnorePatternWhitespace=8 Multiline=16 "
    "Singleline=32 IgnoreCase=64 ExplicitCapture=128",
    _A + "WildcardOptions": "None=0 Compiled=1 IgnoreCase=2 CultureInvariant=4",
    _A + "RemotingCapability": "None=0 PowerShell=1 SupportedByCommand=2 OwnedByCommand=3",
    _A + "PSCredentialTypes": "Generic=1 Domain=2 Default=3",
    _A + "PSCredentialUIOptions": "None=0 Default=1 ValidateUserNameSyntax=1 AlwaysPrompt=2 ReadOnlyUserName=3",
}
_BYTE_FLAGS: Final = {
    "System.Security.AccessControl.AceFlags": "None=0 ObjectInherit=1 ContainerInherit=2 NoPropagateInherit=4 "
    "InheritOnly=8 InheritanceFlags=15 Inherited=16 SuccessfulAccess=64 FailedAccess=128 AuditFlags=192",
}


def numbered(labels: str) -> dict[str, int]:
    """Names with numbers that go on from the one before."""
    out: dict[str, int] = {}
    following = 0
    for label in labels.split():
        name, _, number = label.partition("=")
        out[name] = int(number) if number else following
        following = out[name] + 1
    return out


def register_types() -> None:
    """Declare the enumerations."""
    for name, labels in _PLAIN.items():
        register(NetType(name, r.ENUM, enum=numbered(labels)))
    for name, labels in _FLAGS.items():
        register(NetType(name, r.ENUM, enum=numbered(labels), flags=True))
    for name, labels in _BYTE_FLAGS.items():
        register(NetType(name, r.ENUM, enum=numbered(labels), flags=True, underlying="System.Byte"))
