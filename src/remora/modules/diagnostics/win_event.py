"""Get-WinEvent: the journal of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.validators import ValidateRange
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, custom, matcher
from remora.modules.credentials import credential
from remora.modules.diagnostics.journal import LOGS, EventRecord, entries, fields, priorities, program

_FIRST: dict[str, Any] = {"position": 0, "mandatory": True}
_QUERIES = ("GetLogSet", "GetProviderSet", "FileSet", "HashQuerySet", "XmlQuerySet")
_FORCED = ("GetLogSet", "ListLogSet", "GetProviderSet", "HashQuerySet")
_FILTERED = ("GetLogSet", "GetProviderSet", "FileSet")
_REMOTE = ("GetLogSet", "ListLogSet", "ListProviderSet", "GetProviderSet", "HashQuerySet", "XmlQuerySet")
_KEYS = frozenset(("logname", "providername", "level", "starttime", "endtime", "userid", "path"))
_QUIET = "PRIORITY=7"


@cmdlet("Get-WinEvent", default_set="GetLogSet", module="Microsoft.PowerShell.Diagnostics",
        output_type=(EventRecord.net_type.name,))  # fmt: skip
class GetWinEvent(Cmdlet):
    """Shows entries of the journal, the newest first; the logs are System, Kernel and User."""

    list_log = Parameter("string[]", sets={"ListLogSet": _FIRST})
    log_name = Parameter("string[]", sets={"GetLogSet": {"position": 0, "pipeline": True, "by_property": True}})
    list_provider = Parameter("string[]", sets={"ListProviderSet": _FIRST})
    provider_name = Parameter("string[]", sets={"GetProviderSet": {**_FIRST, "by_property": True}})
    path = Parameter("string[]", sets={"FileSet": {**_FIRST, "by_property": True}}, aliases=("PSPath",))
    max_events = Parameter("int64", sets=_QUERIES, default=-1, validate=(ValidateRange(1, 2**63 - 1),))
    computer_name = Parameter("string", sets=_REMOTE, aliases=("Cn",), refused=True)
    credential = credential(refused=True)
    filter_x_path = Parameter("string", name="FilterXPath", sets=_FILTERED, refused=True)
    filter_xml = Parameter("xml", sets={"XmlQuerySet": _FIRST}, refused=True)
    filter_hashtable = Parameter("hashtable[]", sets={"HashQuerySet": _FIRST})
    force = Parameter("switch", sets=_FORCED)
    oldest = Parameter("switch", sets=_QUERIES)

    def process(self) -> None:
        found = program()
        if found is None:
            raise self.throw(self.runtime.not_supported("Get-WinEvent without journalctl"))
        if self.list_log is not None:
            self._list_logs()
        elif self.list_provider is not None:
            self._list(self.list_provider, fields("SYSLOG_IDENTIFIER"), "NoMatchingProvidersFound", "event provider")
        else:
            for words, log in self._queries():
                self._show(found, words, log)

    # -- what there is -------------------------------------------------------------------------------------------------

    def _list_logs(self) -> None:
        for name in self._list(self.list_log, list(LOGS), "NoMatchingLogsFound", "event log", shown=False):
            self.emit(custom(LogName=name, LogMode="Circular", IsEnabled=True, RecordCount=None))

    def _list(self, given: Any, known: list[str], error_id: str, what: str, *, shown: bool = True) -> list[str]:
        """The names that patterns mean; those that mean none are reported."""
        out: list[str] = []
        for pattern in as_list(given):
            test = matcher([pattern])
            found = [name for name in known if test(name)]
            out += [name for name in found if name not in out]
            if not found and not has_wildcard(pattern):
                self.fail(
                    f"There is not an {what} on the localhost computer that matches \"{pattern}\".", error_id,
                    "ObjectNotFound", pattern, type_name="System.Exception",
                )  # fmt: skip
        if shown:
            for name in out:
                self.emit(custom(Name=name, LogLinks=list(LOGS)))
        return out

    # -- queries -------------------------------------------------------------------------------------------------------

    def _queries(self) -> Iterator[tuple[list[str], str]]:
        """Words for journalctl, and the log they are about."""
        if self.path is not None:
            for text in as_list(self.path):
                yield [f"--file={self.session.file_path(text)}"], text
        elif self.provider_name is not None:
            known = self._list(
                self.provider_name,
                fields("SYSLOG_IDENTIFIER"),
                "NoMatchingProvidersFound",
                "event provider",
                shown=False,
            )
            if known:
                yield [*self._levels([], wild=True), *(f"--identifier={name}" for name in known)], "System"
        elif self.filter_hashtable is not None:
            for table in as_list(self.filter_hashtable):
                yield from self._by_table({to_text(key).lower(): value for key, value in table.items()})
        else:
            wanted = as_list(self.log_name) or ["System"]
            wild = self.log_name is None or any(has_wildcard(name) for name in wanted)
            for name in self._list(wanted, list(LOGS), "NoMatchingLogsFound", "event log", shown=False):
                yield [*LOGS[name], *self._levels([], wild=wild)], name

    def _by_table(self, table: dict[str, Any]) -> Iterator[tuple[list[str], str]]:
        unknown = sorted(table.keys() - _KEYS)
        if unknown:
            raise self.throw(self.runtime.not_supported(f"Get-WinEvent -FilterHashtable with {', '.join(unknown)}"))
        words = self._levels([int(convert_to(one, "int")) for one in as_list(table.get("level"))], wild=False)
        words += [f"--identifier={to_text(name)}" for name in as_list(table.get("providername"))]
        words += [f"_UID={to_text(name)}" for name in as_list(table.get("userid"))]
        for key, option in (("starttime", "--since"), ("endtime", "--until")):
            if table.get(key) is not None:
                words.append(f"{option}={self._moment(key, table[key])}")
        for path in as_list(table.get("path")):
            yield [*words, f"--file={self.session.file_path(to_text(path))}"], to_text(path)
        if "path" not in table:
            logs = as_list(table.get("logname")) or ["System"]
            for name in self._list(logs, list(LOGS), "NoMatchingLogsFound", "event log", shown=False):
                yield [*LOGS[name], *words], name

    def _moment(self, key: str, value: Any) -> str:
        try:
            moment = convert_to(value, "datetime")
        except PSError as problem:
            raise self.throw(problem) from None
        assert isinstance(moment, datetime)
        return f"@{moment.timestamp():.6f}"

    def _levels(self, levels: list[int], *, wild: bool) -> list[str]:
        """Matches of levels; where no log was named, what is for debugging only comes with -Force."""
        if levels:
            return priorities([one or 4 for one in levels])
        return [] if self.force or not wild else [one for one in priorities(range(1, 6)) if one != _QUIET]

    def _show(self, found: str, words: list[str], log: str) -> None:
        order = [] if self.oldest else ["--reverse"]
        limit = None if self.max_events < 0 else self.max_events
        source = entries(found, [*order, *words], log)
        any_shown = False
        try:
            for one in islice(source, limit):
                any_shown = True
                self.emit(one)
        finally:
            source.close()  # type: ignore[attr-defined]  # it is a generator
        if not any_shown:
            self.write_error(
                error("No events were found that match the specified selection criteria.", "NoMatchingEventsFound",
                      "ObjectNotFound", log, type_name="System.Exception").record
            )  # fmt: skip


CMDLETS = (GetWinEvent,)
