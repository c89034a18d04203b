"""Members seen through reflection: MethodInfo, PropertyInfo, ConstructorInfo of ``[type].GetMethods()``."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.nettype import OBJECT, Method, NetObject, NetType, Overload, Property
from remora.engine.types.typeref import TypeRef, type_from_text, type_ref
from remora.values.collections import TypedArray

_R: Final = "System.Reflection."


class MemberView(NetObject):
    """One member of a type. member: its entry; overload: the signature it stands for (methods and constructors)."""

    __slots__ = ("is_static", "member", "overload", "owner")
    net_type = NetType(_R + "RuntimePropertyInfo", NetType(_R + "PropertyInfo", OBJECT))
    methods: Final = NetType(_R + "RuntimeMethodInfo", NetType(_R + "MethodInfo", OBJECT))
    constructors: Final = NetType(_R + "RuntimeConstructorInfo", NetType(_R + "ConstructorInfo", OBJECT))

    def __init__(
        self, owner: TypeRef, member: Method | Property | None, overload: Overload | None, is_static: bool
    ) -> None:
        self.owner = owner
        self.member = member
        self.overload = overload
        self.is_static = is_static

    @property
    def kind(self) -> NetType:
        if isinstance(self.member, Property):
            return self.net_type
        return self.methods if self.member is not None else self.constructors

    @property
    def name(self) -> str:
        return self.member.name if self.member is not None else ".ctor"

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        if isinstance(self.member, Property):
            return f"{_type_text(self.member.type_name)} {self.name}"
        returns = self.member.returns if self.member is not None else "void"
        parameters = ", ".join(_type_text(one) for one in (self.overload.parameters if self.overload else ()))
        return f"{_type_text(returns)} {self.name}({parameters})"

    def invoke(self, target: Any, arguments: list[Any]) -> Any:
        """Call the method on an object, or make one."""
        from remora.engine.members.calls import construct, invoke_member, invoke_static

        if self.member is None:
            return construct(self.owner, arguments)
        if self.is_static:
            return invoke_static(self.owner, self.name, arguments)
        return invoke_member(target, self.name, arguments)


class ParameterView(NetObject):
    """ParameterInfo."""

    __slots__ = ("name", "position", "type_name")
    net_type = NetType(_R + "ParameterInfo", OBJECT)

    def __init__(self, name: str, type_name: str, position: int) -> None:
        self.name = name
        self.type_name = type_name
        self.position = position

    def net_text(self) -> str:
        return f"{_type_text(self.type_name)} {self.name}"


def _type_text(name: str) -> str:
    found = type_from_text(name.lstrip("*") + ("[]" if name.startswith("*") else ""))
    return found.display if found is not None else name


def _type(name: str) -> Any:
    return type_from_text(name.lstrip("*") + ("[]" if name.startswith("*") else "")) or type_ref(OBJECT)


def _views(kind: TypeRef) -> list[MemberView]:
    """Properties and methods of a type, statics too."""
    out: list[MemberView] = []
    sources = [(kind.net.all_members(), False), ((kind.net.definition or kind.net).statics, True)]
    for table, is_static in sources:
        for member in table.values():
            if isinstance(member, Method):
                out.extend(MemberView(kind, member, overload, is_static) for overload in member.overloads)
            elif member.kind == "Property":
                out.append(MemberView(kind, member, None, is_static))
    return out


def _constructors(kind: TypeRef) -> list[MemberView]:
    kind.net.ready()
    own = kind.net.constructors or (kind.net.definition.constructors if kind.net.definition is not None else [])
    return [MemberView(kind, None, overload, False) for overload in own]


def _wanted(views: list[MemberView], flags: Any) -> list[MemberView]:
    """By BindingFlags: Instance 4, Static 8; without them all."""
    bits = int(flags) if isinstance(flags, int) else 0
    if not bits & 12:
        return views
    return [view for view in views if bits & (8 if view.is_static else 4)]


def _array(views: list[MemberView]) -> TypedArray:
    return TypedArray(views, _R + "MemberInfo")


def _methods(kind: TypeRef, flags: Any = None) -> TypedArray:
    return _array(_wanted([view for view in _views(kind) if isinstance(view.member, Method)], flags))


def _properties(kind: TypeRef, flags: Any = None) -> TypedArray:
    return _array(_wanted([view for view in _views(kind) if isinstance(view.member, Property)], flags))


def _one(views: TypedArray, name: str) -> Any:
    return next((view for view in views if view.name == name), None)


def _takes(view: MemberView, names: list[str]) -> bool:
    return view.overload is not None and [_type(one).name for one in view.overload.parameters] == names


def _method(kind: TypeRef, name: str, *rest: Any) -> Any:
    found = [view for view in _methods(kind) if view.name == name]
    types = next((one for one in rest if isinstance(one, list)), None)
    if types is not None:
        names = [one.name for one in types]
        found = [view for view in found if _takes(view, names)]
    return found[0] if found else None


def declare_lookups(t: NetType) -> None:
    """The methods of a type that look its members up."""
    flags = "System.Reflection.BindingFlags bindingAttr"
    t.method("GetMethods()", f"GetMethods({flags})")(_methods)
    t.method("GetProperties()", f"GetProperties({flags})")(_properties)
    t.method("GetMembers()", f"GetMembers({flags})")(
        lambda k, bits=None: _array([*_wanted(_views(k), bits), *_constructors(k)])
    )
    t.method("GetMember(string name)")(lambda k, name: _array([v for v in _views(k) if v.name == name]))
    t.method("GetMethod(string name)", "GetMethod(string name, type[] types)", f"GetMethod(string name, {flags})")(
        _method
    )
    t.method("GetProperty(string name)", f"GetProperty(string name, {flags})")(
        lambda k, name, bits=None: _one(_properties(k), name)
    )
    t.method("GetConstructors()")(lambda k: _array(_constructors(k)))
    t.method("GetConstructor(type[] types)")(
        lambda k, types: next((v for v in _constructors(k) if _takes(v, [one.name for one in types])), None)
    )
    t.method("GetField(string name)", f"GetField(string name, {flags})")(lambda k, *rest: None)
    t.method("GetFields()", f"GetFields({flags})", "GetEvents()", f"GetEvents({flags})", "GetNestedTypes()",
             f"GetNestedTypes({flags})")(lambda k, *rest: _array([]))  # fmt: skip
    t.method("GetNestedType(string name)", f"GetNestedType(string name, {flags})")(
        lambda k, name, bits=None: type_from_text(f"{k.name}+{name}")
    )


def _attributes(view: MemberView, *given: Any) -> TypedArray:
    from remora.engine.classes.custom_attributes import member_attributes

    return TypedArray(member_attributes(view.member, view.overload), "System.Object")


def _declare() -> None:
    for net in (MemberView.net_type, MemberView.methods, MemberView.constructors):
        net.property("Name", "System.String")(lambda v: v.name)
        net.property("DeclaringType", "System.Type")(lambda v: v.owner)
        net.property("ReflectedType", "System.Type")(lambda v: v.owner)
        net.method("ToString()", returns="string")(lambda v: v.net_text())
        net.method("GetCustomAttributes(bool inherit)", "GetCustomAttributes(type attributeType, bool inherit)")(
            _attributes
        )
    p = MemberView.net_type
    p.property("MemberType")(lambda v: "Property")
    p.property("PropertyType", "System.Type")(lambda v: _type(v.member.type_name))
    p.property("CanRead", "System.Boolean")(lambda v: True)
    p.property("CanWrite", "System.Boolean")(lambda v: v.member.set is not None)
    p.method("GetValue(object obj)", "GetValue(object obj, object[] index)")(
        lambda v, target, *rest: v.member.get(target)
    )
    p.method("SetValue(object obj, object value)", returns="void")(_set)
    for net in (MemberView.methods, MemberView.constructors):
        net.property("IsStatic", "System.Boolean")(lambda v: v.is_static)
        net.property("IsPublic", "System.Boolean")(lambda v: True)
        net.property("IsAbstract", "System.Boolean")(lambda v: False)
        net.property("IsVirtual", "System.Boolean")(lambda v: False)
        net.method("GetParameters()")(_parameters)
    m = MemberView.methods
    m.property("MemberType")(lambda v: "Method")
    m.property("ReturnType", "System.Type")(lambda v: _type(v.member.returns))
    m.property("IsGenericMethod", "System.Boolean")(lambda v: False)
    m.method("Invoke(object obj, object[] parameters)")(lambda v, target, given: v.invoke(target, list(given or [])))
    c = MemberView.constructors
    c.property("MemberType")(lambda v: "Constructor")
    c.method("Invoke(object[] parameters)")(lambda v, given: v.invoke(None, list(given or [])))
    q = ParameterView.net_type
    q.property("Name", "System.String")(lambda v: v.name)
    q.property("ParameterType", "System.Type")(lambda v: _type(v.type_name))
    q.property("Position", "System.Int32")(lambda v: v.position)
    q.property("IsOptional", "System.Boolean")(lambda v: False)
    q.property("IsOut", "System.Boolean")(lambda v: v.type_name == "ref")


def _set(view: MemberView, target: Any, value: Any) -> None:
    from remora.engine.members.properties import write_property

    assert isinstance(view.member, Property)
    write_property(target, view.member, value)


def _parameters(view: MemberView) -> list[ParameterView]:
    overload = view.overload
    if overload is None:
        return []
    names = overload.names
    return [ParameterView(names[i] if i < len(names) else "", kind, i) for i, kind in enumerate(overload.parameters)]


_declare()
