"""Invoke-WebRequest and Invoke-RestMethod."""

from __future__ import annotations

import io
import os
import re
from typing import IO, Any
from urllib.parse import unquote, urljoin, urlsplit

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.validators import ValidateRange
from remora.modules.management.failures import os_failure
from remora.modules.utility.json_reading import from_json
from remora.modules.utility.web.decoding import decoded, is_json, is_xml, media_type
from remora.modules.utility.web.exchange import Response
from remora.modules.utility.web.flow import Flow, too_many_redirects
from remora.modules.utility.web.parameters import DEFAULT_SET, WebCommand
from remora.modules.utility.web.responses import (
    HttpRequestMessage,
    header_table,
    response_exception,
    response_object,
)
from remora.values import Hashtable

_C = "Microsoft.PowerShell.Commands."
_LINK = re.compile(r"<(.*?)>;\s*rel=(?:\"(.*?)\"|([^,;\s]*))")
_FEED = re.compile(r"<(?:rss|feed|(?:\w+:)?RDF)\b", re.IGNORECASE)
_INT_MAX = 2147483647


class _Requests(WebCommand):
    """One call: request after request while links are followed."""

    def process(self) -> None:
        self.check_parameters()
        url = str(self.uri)
        if "://" not in url:
            url = "http://" + url
        flow = Flow(self)
        pages = 0
        while True:
            if pages:
                self.write_verbose(f"Following rel link {url}")
            reply = flow.response(flow.request(url, again=pages > 0))
            links = relations(reply)
            try:
                self._judge(reply, flow)
                self._respond(reply, flow, links)
            finally:
                if self.out_file is not None:
                    reply.body = _kept(reply, self.pass_thru)
            if flow.hit_limit:
                self.write_error(too_many_redirects(reply))
            pages += 1
            following = links.get("next")
            if following is None or not self._goes_on(pages):
                return
            url = following

    def _goes_on(self, pages: int) -> bool:
        return False

    def _respond(self, reply: Response, flow: Flow, links: Hashtable) -> None:
        """Put the response out."""

    def _judge(self, reply: Response, flow: Flow) -> None:
        """Raise PSError for a status that means failure, unless it is to be skipped."""
        success = 200 <= reply.status < 300 or flow.complete(reply)
        if success or self.skip_http_error_check or flow.hit_limit:
            return
        kind, charset = media_type(reply.header("Content-Type"))
        text = decoded(reply.read(), charset)[0]
        record = ErrorRecord(
            response_exception(reply),
            "WebCmdletWebResponseException",
            "InvalidOperation",
            HttpRequestMessage(reply.request),
            details=_readable(text, kind) or None,
        )
        raise self.throw(record)

    def _save(self, reply: Response, flow: Flow) -> None:
        if flow.complete(reply):
            self.write_verbose(
                f"The file will not be re-downloaded because the remote file is the same size as the OutFile: "
                f"{self.out_file}"
            )
            return
        path = self.session.file_path(self.out_file)
        if os.path.isdir(path):
            path = os.path.join(path, _file_name(reply))
        reply.body.seek(0)
        try:
            with open(path, "ab" if self.resume and flow.resumed else "wb") as file:
                while data := reply.body.read(1 << 16):
                    self.check_stop()
                    file.write(data)
        except OSError as problem:
            raise self.throw(os_failure(problem, path, "FileOpenFailure")) from None


def _kept(reply: Response, wanted: Any) -> IO[bytes]:
    """The body in memory, if an object that was given out still wants it, in place of the file that is closed."""
    data = reply.read() if wanted else b""
    reply.body.close()
    return io.BytesIO(data)


def _file_name(reply: Response) -> str:
    given = re.search(r"filename=\"?([^\";]+)", reply.header("Content-Disposition") or "")
    if given is not None:
        return os.path.basename(given[1])
    return unquote(urlsplit(reply.request.url).path.rpartition("/")[2]) or urlsplit(reply.request.url).netloc


def _readable(text: str, kind: str) -> str:
    """The text of an error's body; JSON is laid out."""
    if is_json(kind):
        from remora.modules.utility.json_writing import JsonWriter

        try:
            return JsonWriter(depth=100, compress=False).write(from_json(text))
        except PSError:
            return text
    return re.sub(r"<[^>]*>", "", text) if "html" in kind else text


def relations(reply: Response) -> Hashtable:
    """The links of the Link headers, absolute, by what they are."""
    found = Hashtable()
    for header in reply.values("Link"):
        for match in _LINK.finditer(header):
            rel = match[2] if match[2] is not None else match[3]
            if match[1] and rel and rel not in found:
                found[rel] = urljoin(reply.request.url, match[1])
    return found


@cmdlet(
    "Invoke-WebRequest",
    aliases=("iwr",),
    default_set=DEFAULT_SET,
    output_type=(_C + "BasicHtmlWebResponseObject",),
)
class InvokeWebRequest(_Requests):
    """Sends an HTTP request and gives the response with all that is known of it."""

    def _respond(self, reply: Response, flow: Flow, links: Hashtable) -> None:
        if self.out_file is None or self.pass_thru:
            self.emit(response_object(reply, links))
        if self.out_file is not None:
            self._save(reply, flow)


@cmdlet("Invoke-RestMethod", aliases=("irm",), default_set=DEFAULT_SET)
class InvokeRestMethod(_Requests):
    """Sends an HTTP request and gives what the response means: JSON as objects, XML as a document, else text."""

    follow_rel_link = Parameter("switch", aliases=("FL",))
    maximum_follow_rel_link = Parameter(
        "int", aliases=("ML",), default=_INT_MAX, validate=(ValidateRange(1, _INT_MAX),)
    )
    response_headers_variable = Parameter("string", aliases=("RHV",))
    status_code_variable = Parameter("string")

    def _goes_on(self, pages: int) -> bool:
        return bool(self.follow_rel_link) and pages < self.maximum_follow_rel_link

    def _respond(self, reply: Response, flow: Flow, links: Hashtable) -> None:
        if self.out_file is None or self.pass_thru:
            self._emit_meaning(reply)
        if self.out_file is not None:
            self._save(reply, flow)
        if self.status_code_variable:
            self.session.set_variable(self.status_code_variable, reply.status)
        if self.response_headers_variable:
            self.session.set_variable(self.response_headers_variable, header_table(reply.headers))

    def _emit_meaning(self, reply: Response) -> None:
        kind, charset = media_type(reply.header("Content-Type"))
        text, codec = decoded(reply.read(), charset)
        self.write_debug(f"WebResponse content encoding: {codec}")
        if _FEED.search(text[:1024]) and (items := _feed_items(text)) is not None:
            for item in items:
                self.emit(item)
            return
        first_json = is_json(kind) or (not is_xml(kind) and text.lstrip()[:1] in ("{", "["))
        tries = (_json, _xml) if first_json else (_xml, _json)
        for read in tries:
            found, value = read(text)
            if found:
                self.emit(value)
                return
        self.emit(text)


def _json(text: str) -> tuple[bool, Any]:
    if not text.strip():
        return False, None
    try:
        return True, from_json(text)
    except PSError:
        return False, None


def _xml(text: str) -> tuple[bool, Any]:
    if not text.lstrip().startswith("<"):
        return False, None
    try:
        return True, convert_to(text, "System.Xml.XmlDocument")
    except PSError:
        return False, None


def _feed_items(text: str) -> list[Any] | None:
    """The items of an RSS or Atom feed."""
    from remora.engine.members import get_member

    found, document = _xml(text)
    if not found:
        return None
    root = get_member(document, "DocumentElement")
    if root is None:
        return None
    channel = get_member(root, "channel")
    items = get_member(channel if channel is not None else root, "item" if channel is not None else "entry")
    if items is None:
        items = get_member(root, "item")
    return None if items is None else list(items) if isinstance(items, list) else [items]


CMDLETS = (InvokeRestMethod, InvokeWebRequest)
