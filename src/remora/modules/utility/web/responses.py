"""The objects that the web cmdlets return and put into their errors."""

from __future__ import annotations

import io
from typing import Any

from remora.engine.convert.conversion import enum_value
from remora.engine.errors import exception
from remora.engine.exception_types import EXCEPTION_BASES, NetException, exception_type
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.streams import MemoryStream
from remora.engine.types.typeref import register, require
from remora.modules.utility.web.decoding import decoded, is_text, media_type
from remora.modules.utility.web.exchange import Request, Response
from remora.modules.utility.web.parts import elements
from remora.values import Hashtable, Int64, Uri, Version
from remora.values.collections import TypedArray

_C = "Microsoft.PowerShell.Commands."
_H = "System.Net.Http."
_HTTP_EXCEPTION = _C + "HttpResponseException"
EXCEPTION_BASES.setdefault(_HTTP_EXCEPTION, _H + "HttpRequestException")


def status_code(number: int) -> Any:
    """The number as Net.HttpStatusCode, with or without a name."""
    return enum_value(require("System.Net.HttpStatusCode"), number)


def header_table(pairs: list[tuple[str, str]]) -> Hashtable:
    """Headers by name without case; each value is an array of texts."""
    table = Hashtable()
    for name, value in pairs:
        known = table.get(name, ())
        table[name] = TypedArray([*known, value], "System.String")
    return table


class HttpRequestMessage(NetObject):
    """Net.Http.HttpRequestMessage: a request as it was sent."""

    __slots__ = ("request",)
    net_type = NetType(_H + "HttpRequestMessage", OBJECT)

    def __init__(self, request: Request) -> None:
        self.request = request

    def net_text(self) -> str:
        return f"Method: {self.request.method}, RequestUri: '{self.request.url}', Version: 1.1"


class HttpResponseMessage(NetObject):
    """Net.Http.HttpResponseMessage: the response of an error, or behind a web response object."""

    __slots__ = ("response",)
    net_type = NetType(_H + "HttpResponseMessage", OBJECT)

    def __init__(self, response: Response) -> None:
        self.response = response

    def net_text(self) -> str:
        return f"StatusCode: {self.response.status}, ReasonPhrase: '{self.response.reason}', Version: 1.1"


class WebResponseObject(NetObject):
    """A response whose content is bytes."""

    __slots__ = ("relations", "response")
    net_type = NetType(_C + "WebResponseObject", OBJECT)

    def __init__(self, response: Response, relations: Hashtable) -> None:
        self.response = response
        self.relations = relations

    @property
    def raw_head(self) -> str:
        """Status line and headers."""
        reply = self.response
        lines = [f"HTTP/{reply.version} {reply.status} {reply.reason}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        return "\n".join(lines) + "\n\n"

    def content(self) -> Any:
        return bytearray(self.response.read())

    def net_text(self) -> str:
        return "".join(chr(b) if 32 <= b < 127 or b in (9, 10, 13) else "." for b in self.response.read())


class HtmlResponseObject(WebResponseObject):
    """A response whose content is text."""

    __slots__ = ("_text", "codec")
    net_type = NetType(_C + "BasicHtmlWebResponseObject", WebResponseObject.net_type)

    def __init__(self, response: Response, relations: Hashtable) -> None:
        super().__init__(response, relations)
        self._text, self.codec = decoded(response.read(), media_type(response.header("Content-Type"))[1])

    def content(self) -> Any:
        return self._text

    def found(self, *tags: str) -> list[Any]:
        """The elements of those names."""
        return [one for tag in tags for one in elements(self._text, tag)]

    def net_text(self) -> str:
        return self.raw_head + self._text


def response_object(response: Response, relations: Hashtable) -> WebResponseObject:
    """The object for a response: with text where it says that it is text, or says nothing."""
    kind = media_type(response.header("Content-Type"))[0]
    made = HtmlResponseObject if not kind or is_text(kind) else WebResponseObject
    return made(response, relations)


def response_exception(response: Response) -> NetException:
    """HttpResponseException of a status that means failure."""
    made = exception(
        f"Response status code does not indicate success: {response.status} ({response.reason}).", _HTTP_EXCEPTION
    )
    made.properties["Response"] = HttpResponseMessage(response)
    made.properties["StatusCode"] = status_code(response.status)
    return made


def _declare() -> None:
    message = HttpResponseMessage.net_type
    message.property("StatusCode", "System.Net.HttpStatusCode")(lambda m: status_code(m.response.status))
    message.property("ReasonPhrase", "System.String")(lambda m: m.response.reason)
    message.property("IsSuccessStatusCode", "System.Boolean")(lambda m: 200 <= m.response.status < 300)
    message.property("Version")(lambda m: Version.parse(m.response.version))
    message.property("Headers")(lambda m: header_table(m.response.headers))
    message.property("RequestMessage")(lambda m: HttpRequestMessage(m.response.request))
    request = HttpRequestMessage.net_type
    request.property("Method", "System.String")(lambda m: m.request.method)
    request.property("RequestUri", "System.Uri")(lambda m: Uri(m.request.url))
    request.property("Headers")(lambda m: header_table(m.request.headers))
    plain = WebResponseObject.net_type
    plain.property("StatusCode", "System.Int32")(lambda o: o.response.status)
    plain.property("StatusDescription", "System.String")(lambda o: o.response.reason)
    plain.property("Content")(lambda o: o.content())
    plain.property("RawContent", "System.String")(lambda o: o.raw_head + _shown(o))
    plain.property("Headers")(lambda o: header_table(o.response.headers))
    plain.property("RawContentLength", "System.Int64")(lambda o: Int64(len(o.response.read())))
    plain.property("RawContentStream", "System.IO.MemoryStream")(lambda o: MemoryStream(io.BytesIO(o.response.read())))
    plain.property("RelationLink")(lambda o: o.relations)
    plain.property("BaseResponse", hidden=True)(lambda o: HttpResponseMessage(o.response))
    page = HtmlResponseObject.net_type
    page.property("Images")(lambda o: o.found("img"))
    page.property("InputFields")(lambda o: o.found("input"))
    page.property("Links")(lambda o: o.found("a"))
    page.property("Encoding", hidden=True)(_encoding)
    exception_type(_HTTP_EXCEPTION)
    register(message, request, plain, page, exception_type(_HTTP_EXCEPTION))


def _shown(reply: WebResponseObject) -> str:
    content = reply.content()
    return content if isinstance(content, str) else WebResponseObject.net_text(reply)


def _encoding(page: HtmlResponseObject) -> Any:
    from remora.engine.types.encodings import of_codec

    return of_codec(page.codec)


_declare()
