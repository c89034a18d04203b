"""Update-TypeData, Get-TypeData, Remove-TypeData."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.members.builtin_typedata import builtin_types
from remora.engine.members.memberinfo import MEMBER_TYPES
from remora.engine.members.typedata import TypeData
from remora.engine.members.typetable import TypeTable, table_of
from remora.engine.members.typexml import read_types
from remora.engine.nothing import NOTHING
from remora.engine.patient import open_reading
from remora.engine.psobject import AliasProperty, ScriptMethod, ScriptProperty
from remora.engine.types.registry import type_names, unwrap
from remora.engine.types.typeref import TypeRef, type_from_text
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty, ValidateRange, ValidateSet
from remora.modules.common import matcher
from remora.modules.utility.datafiles import data_files

_DYNAMIC: Final = "DynamicTypeSet"
_STRONG: Final = "TypeDataSet"
_FILES: Final = "FileSet"
_KINDS: Final = ("NoteProperty", "AliasProperty", "ScriptProperty", "CodeProperty", "ScriptMethod", "CodeMethod")
_GIVEN: Final = (ValidateNotNullOrEmpty(),)
_NOT_NULL: Final = (ValidateNotNull(),)
_METHODS = ("AllPublicProperties", "String", "SpecificProperties")
_SETTINGS: Final = (
    "SerializationMethod", "TargetTypeForDeserialization", "SerializationDepth", "DefaultDisplayProperty",
    "InheritPropertySerializationSet", "StringSerializationSource", "DefaultDisplayPropertySet",
    "DefaultKeyPropertySet", "PropertySerializationSet", "TypeConverter", "TypeAdapter",
)  # fmt: skip


def type_name_of(value: Any) -> str:
    """The full type name that an argument means: a type, a type's name or word, type data, or the object's own type."""
    inner = unwrap(value)
    if isinstance(inner, TypeRef):
        return inner.name
    if isinstance(inner, TypeData):
        return inner.type_name
    if isinstance(inner, str):
        found = type_from_text(inner) if inner.strip() else None
        return inner if found is None else found.name
    names = type_names(value)
    return names[0] if names else ""


def _refused(error_id: str, message: str, target: Any = None) -> PSError:
    return error(message, error_id, "InvalidOperation", target, type_name="System.InvalidOperationException")


@cmdlet("Update-TypeData", default_set=_FILES, should_process=True, confirm_impact="Low")
class UpdateTypeData(Cmdlet):
    """Adds members and settings to types: from files, from parameters, or from type data."""

    append_path = Parameter(
        "string[]", aliases=("PSPath", "Path"), pipeline=True, by_property=True,
        sets={_FILES: {"position": 0, "pipeline": True, "by_property": True}}, default=(),
    )  # fmt: skip
    prepend_path = Parameter("string[]", sets=(_FILES,), validate=_NOT_NULL, default=())
    type_name = Parameter("object", sets={_DYNAMIC: {"mandatory": True, "pipeline": True}}, validate=_GIVEN)
    member_type = Parameter(
        MEMBER_TYPES.name, sets=(_DYNAMIC,), validate=(ValidateNotNullOrEmpty(), ValidateSet(*_KINDS))
    )
    member_name = Parameter("string", sets=(_DYNAMIC,), validate=_GIVEN)
    value = Parameter("object", sets=(_DYNAMIC,), allow_null=True)
    second_value = Parameter("object", sets=(_DYNAMIC,), validate=_NOT_NULL)
    type_converter = Parameter("type", sets=(_DYNAMIC,), validate=_NOT_NULL)
    type_adapter = Parameter("type", sets=(_DYNAMIC,), validate=_NOT_NULL)
    serialization_method = Parameter("string", sets=(_DYNAMIC,), validate=_GIVEN)
    target_type_for_deserialization = Parameter("type", sets=(_DYNAMIC,), validate=_NOT_NULL)
    serialization_depth = Parameter("int", sets=(_DYNAMIC,), validate=(ValidateRange(0, 2147483647),))
    default_display_property = Parameter("string", sets=(_DYNAMIC,), validate=_GIVEN)
    inherit_property_serialization_set = Parameter("bool", sets=(_DYNAMIC,), validate=_NOT_NULL)
    string_serialization_source = Parameter("string", sets=(_DYNAMIC,), validate=_GIVEN)
    default_display_property_set = Parameter("string[]", sets=(_DYNAMIC,), validate=_GIVEN)
    default_key_property_set = Parameter("string[]", sets=(_DYNAMIC,), validate=_GIVEN)
    property_serialization_set = Parameter("string[]", sets=(_DYNAMIC,), validate=_GIVEN)
    type_data = Parameter(
        "System.Management.Automation.Runspaces.TypeData[]",
        sets={_STRONG: {"mandatory": True, "position": 0, "pipeline": True, "by_property": True}},
    )
    force = Parameter("switch", sets=(_DYNAMIC, _STRONG))

    def process(self) -> None:
        if self.parameter_set == _FILES:
            self._files()
        elif self.parameter_set == _DYNAMIC:
            self._dynamic()
        else:
            for data in self.type_data:
                made = data.copy()
                made.is_override = data.is_override or bool(self.force)
                self._update(made)

    def _files(self) -> None:
        table = table_of(self.session.context)
        for prepend, given in ((True, self.prepend_path), (False, self.append_path)):
            for path in data_files(self, given, "TypesPrependPathException" if prepend else "TypesAppendPathException"):
                if not self.should_process(f"FileName: {path}", "Update TypeData"):
                    continue
                try:
                    with open_reading(path) as file:
                        found = read_types(file.read(), path, self.session.context.make_block)
                except OSError as problem:
                    self.fail(str(problem), "TypesXmlUpdateException", "InvalidOperation")
                except PSError as problem:
                    self.fail(problem.record.message, "TypesXmlUpdateException", "InvalidOperation")
                else:
                    table.add_file(path, found, prepend=prepend)

    def _dynamic(self) -> None:
        name = type_name_of(self.type_name)
        if not name.strip():
            message = "The target type name should not be null, empty, or contain only white spaces."
            raise self.throw(_refused("TargetTypeNameEmpty", message, name))
        data = TypeData(name)
        data.is_override = bool(self.force)
        if "MemberType" in self.bound:
            try:
                data.put(self._name(), self._member())
            except PSError as problem:
                raise self.throw(problem) from None
        elif self.bound & {"MemberName", "Value", "SecondValue"}:
            message = (
                "The MemberName, Value, and SecondValue parameters cannot be specified without the MemberType "
                "parameter."
            )
            raise self.throw(_refused("MemberTypeIsMissing", message))
        for setting in _SETTINGS:
            if setting in self.bound:
                data.standard[setting] = self._setting(setting)
        self._update(data)

    def _setting(self, name: str) -> Any:
        attribute = "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")
        value = getattr(self, attribute)
        if name == "SerializationMethod":
            return next((known for known in _METHODS if known.lower() == value.lower()), value)
        return list(value) if isinstance(value, list) else value

    # -- the member --------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        if not self.member_name:
            raise self._missing("MemberName", "MemberNameShouldBeSpecified")
        return str(self.member_name)

    def _missing(self, parameter: str, error_id: str) -> PSError:
        return _refused(
            error_id,
            f'The {parameter} parameter is required for the type "{self.member_type}". Please specify the {parameter} '
            "parameter.",
        )

    def _member(self) -> Any:
        kind, value = str(self.member_type), self.value
        if "Value" not in self.bound:
            raise self._missing("Value", "ValueShouldBeSpecified")
        if kind in ("NoteProperty", "ScriptMethod", "CodeMethod") and self.second_value is not None:
            raise _refused(
                "SecondValueShouldNotBeSpecified",
                f'The SecondValue parameter is not necessary for a member of type "{kind}", and should not be '
                "specified. Do not specify the SecondValue parameter when updating this member type.",
            )
        if kind == "NoteProperty":
            return value
        if kind == "AliasProperty":
            return self._alias()
        if kind == "ScriptMethod":
            return ScriptMethod(convert_to(value, "scriptblock"))
        if kind == "ScriptProperty":
            return self._script()
        raise self.runtime.not_supported(f"Update-TypeData -MemberType {kind}")

    def _alias(self) -> AliasProperty:
        if self.value is None or self.value == "":
            raise _refused(
                "ValueShouldBeSpecified",
                'The Value parameter should not be null or an empty string for a member of type "AliasProperty". '
                "Specify a non-null value for the Value parameter when updating this member type.",
            )
        conversion = None if self.second_value is None else convert_to(self.second_value, "type").name
        return AliasProperty(to_text(self.value), conversion)

    def _script(self) -> ScriptProperty:
        if self.value is None and self.second_value is None:
            raise _refused(
                "ValueAndSecondValueAreNotBothNull",
                'The Value and SecondValue parameters should not both be null for a member of type "ScriptProperty". '
                "Specify a non-null value for one of the two parameters.",
            )
        getter, setter = self.value, self.second_value
        return ScriptProperty(
            None if getter is None else convert_to(getter, "scriptblock"),
            None if setter is None else convert_to(setter, "scriptblock"),
        )

    def _update(self, data: TypeData) -> None:
        if data.is_empty():
            self.fail(
                f'No member is specified for the update on type "{data.type_name}".', "TypeDataEmpty",
                "InvalidOperation", type_name="System.InvalidOperationException",
            )  # fmt: skip
            return
        if not self.should_process(f"Type to update: {data.type_name}", "Update TypeData"):
            return
        for name in table_of(self.session.context).add(data):
            self.fail(
                f'Error in TypeData "{data.type_name}": The member {name} is already present.',
                "TypesDynamicUpdateException",
                "InvalidOperation",
            )


@cmdlet("Get-TypeData", output_type=("System.Management.Automation.Runspaces.TypeData",))
class GetTypeData(Cmdlet):
    """What is known about types beside what they are themselves."""

    type_name = Parameter("string[]", position=0, pipeline=True, validate=_GIVEN)

    def process(self) -> None:
        wanted = None
        if self.type_name is not None:
            wanted = []
            for name in self.type_name:
                if name.strip():
                    wanted.append(type_name_of(name))
                else:
                    message = "The target type name should not be null, empty, or contain only white spaces."
                    self.fail(message, "TargetTypeNameEmpty", "InvalidOperation", name,
                              type_name="System.InvalidOperationException")  # fmt: skip
            if not wanted:
                return
        matches = matcher(wanted)
        for data in _known(table_of(self.session.context)):
            if matches(data.type_name):
                self.emit(data)


def _known(table: TypeTable) -> Iterator[TypeData]:
    """The session's type data, those of the built-in types with what the session added."""
    builtin = builtin_types()
    for folded, data in builtin.items():
        added = table.get(data.type_name)
        if added is not None:
            data = data.copy()
            data.merge(added)
        if folded not in table.removed:
            yield data
    for folded, data in table.types.items():
        if folded not in builtin:
            yield data.copy()


@cmdlet("Remove-TypeData", default_set="RemoveTypeDataSet", should_process=True)
class RemoveTypeData(Cmdlet):
    """Takes away what was added to types."""

    type_name = Parameter(
        "object",
        sets={"RemoveTypeSet": {"mandatory": True, "position": 0, "pipeline": True, "by_property": True}},
        validate=_GIVEN,
    )
    path = Parameter("string[]", sets={"RemoveFileSet": {"mandatory": True}}, validate=_GIVEN)
    type_data = Parameter(
        "System.Management.Automation.Runspaces.TypeData",
        sets={"RemoveTypeDataSet": {"mandatory": True, "pipeline": True}},
        default=NOTHING,
    )

    def process(self) -> None:
        table = table_of(self.session.context)
        if self.path is not None:
            for path in data_files(self, self.path, "TypePathException"):
                if self.should_process(f"FileName: {path}", "Remove type file") and not table.remove_file(path):
                    self._fail("TypeFileNotExistsInCurrentSession",
                               f"The file {path} is not imported into the current session.")  # fmt: skip
            return
        given = self.type_name if self.type_data is NOTHING else self.type_data
        name = type_name_of(given)
        if not name.strip():
            message = "The target type name should not be null, empty, or contain only white spaces."
            raise self.throw(_refused("TargetTypeNameEmpty", message, name))
        if not self.should_process(f"Name of the type that will be removed: {name}", "Remove TypeData"):
            return
        if not table.remove(name) and name.lower() not in builtin_types():
            self.fail(
                f'Error in TypeData "{name}": The type "{name}" was not found. The type name value must be the full '
                "name of the type. Verify the type name and run the command again.",
                "TypesDynamicRemoveException",
                "InvalidOperation",
            )

    def _fail(self, error_id: str, message: str) -> None:
        self.fail(message, error_id, "InvalidOperation", type_name="System.InvalidOperationException")


CMDLETS = (GetTypeData, RemoveTypeData, UpdateTypeData)
