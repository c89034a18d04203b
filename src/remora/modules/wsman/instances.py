"""Get-, Set-, New- and Remove-WSManInstance and Invoke-WSManAction: one call of a machine's resources each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from remora import _xml
from remora._xml import Element
from remora.client.management import Enumeration, Management, Resource
from remora.client.representation import change_representation, new_representation
from remora.client.resource_uris import DIALECTS, expanded, root_name, selectors
from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.validators import ValidateSet
from remora.errors import ConfigError, RemoraError
from remora.modules.remoting.common import PORTAL
from remora.modules.wsman import way
from remora.modules.wsman.failures import refused, wsman_error
from remora.modules.wsman.reaching import WSManCmdlet, chosen_resource, texts
from remora.modules.wsman.xml_objects import xml_object
from remora.wsman import uris
from remora.wsman.requests import EnumerationMode, Filter

MAX_INPUT: Final = 16 * 1024 * 1024
_MODES: Final = {
    "object": EnumerationMode.OBJECT,
    "epr": EnumerationMode.EPR,
    "objectandepr": EnumerationMode.OBJECT_AND_EPR,
}
_COMPUTER: Final = ("ComputerName",)
_GET: Final = ("GetInstance",)
_ENUMERATE: Final = ("Enumerate",)


class InstanceCmdlet(WSManCmdlet):
    """A cmdlet on one resource."""

    resource_uri: Any = None
    selector_set: Any = None
    option_set: Any = None
    fragment: Any = None
    dialect: Any = None
    value_set: Any = None
    file_path: Any = None

    def resource(self) -> Resource:
        """What the parameters name."""
        try:
            found: Resource = chosen_resource(
                self.resource_uri,
                selectors=self.selector_set,
                options=self.option_set,
                fragment=self.fragment,
                dialect=self.dialect,
            )
        except ConfigError as failure:
            raise self.throw(refused(str(failure), self.resource_uri)) from None
        return found

    def document(self) -> Element:
        """The XML of -FilePath."""
        path = self.session.file_path(self.file_path)
        try:
            with open(path, "rb") as file:
                return _xml.parse(file.read(MAX_INPUT + 1))
        except (OSError, RemoraError) as problem:
            raise self.throw(refused(f"{path}: {problem}", self.file_path)) from None

    def body(self, name: str, uri: str) -> Element:
        """The input as an element of that name: of -FilePath, else of -ValueSet."""
        if self.file_path is not None:
            return self.document()
        return new_representation(name, uri, texts(self.value_set or {}))

    def root(self, uri: str) -> str:
        """The name of a representation's root."""
        try:
            return root_name(uri)
        except ConfigError as failure:
            raise self.throw(refused(str(failure), uri)) from None

    def show(self, element: Element | None) -> None:
        """Write a representation."""
        if element is not None:
            self.emit(xml_object(element))


@cmdlet(
    "Get-WSManInstance", default_set="GetInstance", module=way.MODULE, class_name=way.class_name("GetWSManInstance"),
    output_type=(way.XML_ELEMENT,),
)  # fmt: skip
class GetWSManInstance(InstanceCmdlet):
    """Shows a resource, or every item of a collection."""

    application_name = way.application_name()
    base_properties_only = Parameter("switch", aliases=("ubpo", "base"), sets=_ENUMERATE, refused=True)
    computer_name = way.computer_name()
    connection_uri = way.connection_uri()
    dialect = Parameter("uri", by_property=True)
    enumerate = Parameter("switch", sets={"Enumerate": {"mandatory": True}})
    filter = Parameter("string", sets=_ENUMERATE, by_property=True, validate=way.NOT_EMPTY)
    fragment = Parameter("string", sets=_GET, by_property=True, validate=way.NOT_EMPTY)
    option_set = way.option_set()
    port = way.port()
    associations = Parameter("switch", sets=_ENUMERATE, refused=True)
    resource_uri = way.resource_uri()
    return_type = Parameter("string", aliases=("rt",), sets=_ENUMERATE, validate=(ValidateSet(*_MODES),))
    selector_set = Parameter("hashtable", sets=_GET, by_property=True, pipeline=True, validate=way.NOT_EMPTY)
    session_option = way.session_option()
    shallow = Parameter("switch", sets=_ENUMERATE, refused=True)
    use_ssl = way.use_ssl()

    def process(self) -> None:
        what = self.resource()
        if not self.enumerate:
            self.show(self.call(lambda machine: machine.get(what)))
            return
        how = self._how()
        try:
            machine = self.reach()
        except RemoraError as failure:
            raise self.throw(wsman_error(failure, self.machine_name)) from None
        self._each(machine, machine.enumerate(what, how))

    def _each(self, machine: Management, items: AsyncIterator[Element]) -> None:
        """Write the items as they come; who has seen enough ends the enumeration."""
        from remora.client.portal import next_of
        from remora.modules.remoting.common import Caller

        try:
            while (item := Caller(self).wait(next_of(items))) is not None:
                self.show(item[0])
        except RemoraError as failure:
            raise self.throw(wsman_error(failure, self.machine_name)) from None
        finally:
            PORTAL.run(_end(items, machine))

    def _how(self) -> Enumeration:
        mode = _MODES[(self.return_type or "object").lower()]
        if self.filter is None:
            return Enumeration(mode=mode)
        given = "wql" if self.dialect is None else to_text(self.dialect)
        dialect = DIALECTS.get(given.lower(), given)
        if dialect != DIALECTS["selector"]:
            return Enumeration(mode=mode, filter=Filter(dialect=dialect, text=self.filter))
        try:
            keys = selectors(self.filter.strip().strip("{}").replace(";", "+"))
        except ConfigError as failure:
            raise self.throw(refused(str(failure), self.filter)) from None
        return Enumeration(mode=mode, filter=Filter(dialect=dialect, selectors=keys))


async def _end(items: Any, machine: Management) -> None:
    try:
        await items.aclose()
    finally:
        await machine.close()


class _Changing(InstanceCmdlet):
    """A cmdlet that is told a resource and values."""

    application_name = way.application_name(_COMPUTER)
    computer_name = way.computer_name(_COMPUTER)
    connection_uri = way.connection_uri(("URI",))
    option_set = way.option_set()
    port = way.port(_COMPUTER)
    resource_uri = way.resource_uri()
    session_option = way.session_option()
    use_ssl = way.use_ssl(_COMPUTER)


@cmdlet(
    "Set-WSManInstance", default_set="ComputerName", module=way.MODULE, class_name=way.class_name("SetWSManInstance"),
    output_type=(way.XML_ELEMENT,),
)  # fmt: skip
class SetWSManInstance(_Changing):
    """Changes values of a resource; shows it as it is then."""

    dialect = Parameter("uri", by_property=True)
    file_path = Parameter("string", aliases=("Path",), by_property=True, validate=way.NOT_EMPTY)
    fragment = Parameter("string", by_property=True, validate=way.NOT_EMPTY)
    selector_set = Parameter("hashtable", position=1, by_property=True, pipeline=True, validate=way.NOT_EMPTY)
    value_set = Parameter("hashtable", by_property=True, validate=way.NOT_EMPTY)

    def process(self) -> None:
        if self.file_path is None and not self.value_set:
            raise self.throw(refused("Set-WSManInstance needs -ValueSet or -FilePath.", self.resource_uri))
        what = self.resource()
        values = texts(self.value_set or {})
        given = self.document() if self.file_path is not None else self._part(values)

        async def change(machine: Management) -> Element | None:
            body = given
            if body is None:
                body = change_representation(await machine.get(what), what.uri, values)
            return await machine.put(what, body)

        self.show(self.call(change))

    def _part(self, values: dict[str, str | None]) -> Element | None:
        """The new value of -Fragment; None without one."""
        if self.fragment is None:
            return None
        if len(values) != 1:
            raise self.throw(refused("-Fragment needs one value in -ValueSet.", self.fragment))
        (text,) = values.values()
        return _xml.element(f"{{{uris.NS_WSMAN}}}XmlFragment", text, nsmap={"w": uris.NS_WSMAN})


@cmdlet(
    "New-WSManInstance", default_set="ComputerName", module=way.MODULE, class_name=way.class_name("NewWSManInstance"),
    output_type=(way.XML_ELEMENT,),
)  # fmt: skip
class NewWSManInstance(_Changing):
    """Makes a resource; shows the reference to it."""

    file_path = Parameter("string", aliases=("Path",), validate=way.NOT_EMPTY)
    selector_set = Parameter(
        "hashtable", position=1, mandatory=True, by_property=True, pipeline=True, validate=way.NOT_EMPTY
    )
    value_set = Parameter("hashtable", validate=way.NOT_EMPTY)

    def process(self) -> None:
        what = self.resource()
        body = self.body(self.root(what.uri), what.uri)
        self.show(self.call(lambda machine: machine.create(what, body)))


@cmdlet(
    "Remove-WSManInstance", default_set="ComputerName", module=way.MODULE,
    class_name=way.class_name("RemoveWSManInstance"),
)  # fmt: skip
class RemoveWSManInstance(_Changing):
    """Takes a resource away."""

    selector_set = Parameter(
        "hashtable", position=1, mandatory=True, by_property=True, pipeline=True, validate=way.NOT_EMPTY
    )

    def process(self) -> None:
        what = self.resource()
        self.call(lambda machine: machine.delete(what))


@cmdlet(
    "Invoke-WSManAction", default_set="URI", module=way.MODULE, class_name=way.class_name("InvokeWSManAction"),
    output_type=(way.XML_ELEMENT,),
)  # fmt: skip
class InvokeWSManAction(_Changing):
    """Carries out an action of a resource; shows what it answers."""

    action = Parameter("string", position=1, mandatory=True, validate=way.NOT_EMPTY)
    file_path = Parameter("string", aliases=("Path",), validate=way.NOT_EMPTY)
    selector_set = Parameter("hashtable", position=2, by_property=True, pipeline=True, validate=way.NOT_EMPTY)
    value_set = Parameter("hashtable", validate=way.NOT_EMPTY)

    def process(self) -> None:
        what = self.resource()
        action = expanded(self.action) if "/" in self.action else self.action
        body = self.body(self.root(action) + "_INPUT", what.uri)
        self.show(self.call(lambda machine: machine.invoke(what, action, body)))


CMDLETS = (GetWSManInstance, InvokeWSManAction, NewWSManInstance, RemoveWSManInstance, SetWSManInstance)
