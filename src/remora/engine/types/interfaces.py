"""Interfaces by name: what ``-is`` and parameter types of methods ask for."""

from __future__ import annotations

from typing import Final

from remora.engine.nettype import OBJECT, NetType
from remora.engine.types.typeref import known, register

_A: Final = "System.Management.Automation."
_INTERFACES: Final = {
    "System.": "IComparable IComparable`1 IConvertible IFormattable IDisposable IAsyncDisposable ICloneable "
    "IFormatProvider ICustomFormatter IEquatable`1 IAsyncResult IServiceProvider IObservable`1 IObserver`1 IProgress`1",
    "System.Collections.": "IEnumerable IEnumerator IDictionary IDictionaryEnumerator IList ICollection IComparer "
    "IEqualityComparer IStructuralComparable IStructuralEquatable",
    "System.Collections.Generic.": "IEnumerable`1 IEnumerator`1 IList`1 ICollection`1 IDictionary`2 ISet`1 "
    "IReadOnlyList`1 IReadOnlyCollection`1 IReadOnlyDictionary`2 IReadOnlySet`1 IComparer`1 IEqualityComparer`1",
    "System.ComponentModel.": "INotifyPropertyChanged ITypeDescriptorContext IContainer IComponent ISite",
    "System.Reflection.": "ICustomAttributeProvider IReflect",
    "System.Runtime.CompilerServices.": "ITuple",
    "System.Runtime.Serialization.": "ISerializable IDeserializationCallback",
    _A: "ICommandRuntime ICommandRuntime2 IArgumentCompleter IArgumentCompleterFactory IContainsErrorRecord "
    "IDynamicParameters IModuleAssemblyInitializer IModuleAssemblyCleanup IScriptExtent IValidateSetValuesGenerator "
    "IResourceSupplier",
    _A + "Host.": "IHostSupportsInteractiveSession IHostUISupportsMultipleChoiceSelection",
    _A + "Language.": "IScriptExtent IScriptPosition ITypeName IAstPostVisitHandler ICustomAstVisitor "
    "ICustomAstVisitor2",
    _A + "Provider.": "ICmdletProviderSupportsHelp IContentReader IContentWriter IDynamicPropertyCmdletProvider "
    "IPropertyCmdletProvider ISecurityDescriptorCmdletProvider IContentCmdletProvider",
}


def register_types() -> None:
    """Declare the interfaces."""
    for prefix, names in _INTERFACES.items():
        for name in names.split():
            if known(prefix + name) is None:
                register(NetType(prefix + name, OBJECT, form="interface"))
