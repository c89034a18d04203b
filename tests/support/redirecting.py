"""A server that sends every client elsewhere, as a WinRM service or a balancer before it does, and notes who came."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from remora.wsman import uris

_FAULT = f"""<s:Envelope xmlns:s="{uris.NS_SOAP}" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:f="{uris.NS_FAULT}"><s:Header>
<a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action><a:MessageID>uuid:%s</a:MessageID>
<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:RelatesTo>%s</a:RelatesTo></s:Header>
<s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode></s:Code>
<s:Reason><s:Text xml:lang="en-US">Use the redirect location.</s:Text></s:Reason><s:Detail>
<f:WSManFault Code="2150859161" Machine="front"><f:Message>The resource is at <f:ProviderFault>
<t:RedirectLocation xmlns:t="urn:location">%s</t:RedirectLocation></f:ProviderFault></f:Message></f:WSManFault>
</s:Detail></s:Fault></s:Body></s:Envelope>"""


@dataclass
class Redirecting:
    """location: where it sends clients; status: how, 0 by a fault. came: the Authorization headers it was shown."""

    location: str = ""
    status: int = 302
    came: list[str | None] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/front"


@contextmanager
def redirecting(location: str = "", status: int = 302) -> Iterator[Redirecting]:
    """Run one until the end of the block; without a location it sends clients to itself."""
    server = Redirecting(location, status)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8", "replace")
            server.came.append(self.headers["Authorization"])
            where = server.location or server.url
            answer = b""
            if server.status == 0:
                message = re.search(r"MessageID[^>]*>([^<]*)<", body)
                assert message is not None
                answer = (_FAULT % ("0" * 8, message[1], where)).encode()
            self.send_response(server.status or 500)
            if answer:
                self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
            elif where != "nowhere":
                self.send_header("Location", where)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server.port = listener.server_port
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        listener.shutdown()
        thread.join(10)
