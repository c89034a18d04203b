from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.web_server import LARGE, web_server

_IWR = ",Microsoft.PowerShell.Commands.InvokeWebRequestCommand"
_IRM = ",Microsoft.PowerShell.Commands.InvokeRestMethodCommand"
_FAILED = "WebCmdletWebResponseException"
SECRET = "(ConvertTo-SecureString secret -AsPlainText -Force)"
SESSION = "$s = [Microsoft.PowerShell.Commands.WebRequestSession]::new(); $s.UserAgent = 'x/1'"
# Invoke-WebRequest in the place of Invoke-RestMethod
WITH_BODY = """
function Get-Body {
    $content = if ($MyInvocation.ExpectingInput) { $input | Invoke-WebRequest @args } else { Invoke-WebRequest @args }
    foreach ($one in $content.Content) { if ($one -match '^[{\\[]') { $one | ConvertFrom-Json } else { $one } }
}
"""
CREDENTIAL = f"([pscredential]::new('user', {SECRET}))"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with web_server() as address:
        yield address


SENT = [
    ("irm URL/echo?q=1 | % { $_.query.q }", ["1"]),
    ("irm -Uri URL/echo -Method Put -Body hello | % { $_.method; $_.body }", ["PUT", "hello"]),
    ("irm URL/echo -CustomMethod odd -Body x | % method", ["ODD"]),
    ("irm URL/echo -Headers @{'X-A'='1'} | % { $_.headers.'x-a' }", ["1"]),
    ("irm URL/echo -Method Post -Body @{a=1;b='x y'} | % { $_.body; $_.headers.'content-type' }",
     ["a=1&b=x+y", "application/x-www-form-urlencoded"]),
    ("irm URL/echo -Body @{a='x y'} | % { $_.query.a; $_.body }", ["x y", ""]),
    ("irm URL/echo -Method Post -Body '{}' -ContentType application/json | % { $_.headers.'content-type' }",
     ["application/json"]),
    ("irm URL/echo -Method Post -Body 'ä' -ContentType 'text/plain; charset=iso-8859-1' | % base64", ["5A=="]),
    ("irm URL/echo -Method Post -Body ([byte[]](1,2)) | % base64", ["AQI="]),
    ("irm URL/echo -Method Post -Body ([IO.MemoryStream]::new([byte[]](3,4))) | % base64", ["AwQ="]),
    ("irm URL/echo -Method Post -Body ([xml]'<a/>') | % body", ["<a />"]),
    ("'piped' | irm URL/echo -Method Post | % body", ["piped"]),
    ("irm URL/echo -UserAgent me/1 | % { $_.headers.'user-agent' }", ["me/1"]),
    ("irm URL/echo | % { $_.headers.'user-agent' -like 'Mozilla/5.0 (*) PowerShell/7*' }", [True]),
    ("irm URL/echo -DisableKeepAlive | % { $_.headers.connection }", ["close"]),
    ("irm URL/echo -Method Post -Body abc -TransferEncoding chunked | % { $_.body; $_.headers.'transfer-encoding' }",
     ["abc", "chunked"]),
    (f"irm URL/echo -Authentication Bearer -Token {SECRET} -AllowUnencryptedAuthentication | "
     "% {{ $_.headers.authorization }}".replace("{{", "{").replace("}}", "}"), ["Bearer secret"]),
    (f"irm URL/basic -Authentication Basic -Credential {CREDENTIAL} -AllowUnencryptedAuthentication", ["in"]),
    (f"irm URL/basic -Credential {CREDENTIAL} -AllowUnencryptedAuthentication", ["in"]),
    (f"irm URL/digest -Credential {CREDENTIAL} -AllowUnencryptedAuthentication", ["in"]),
    ("irm URL/echo -UseDefaultCredentials -AllowUnencryptedAuthentication | % method", ["GET"]),
    ("irm URL/echo -HttpVersion 1.1 -UseBasicParsing -SslProtocol Tls12 -NoProxy | % method", ["GET"]),
    ("irm URL/echo -Headers @{'Bad Name'='x'} -SkipHeaderValidation -SkipCertificateCheck | % method", ["GET"]),
    ("irm http://unreachable.invalid/echo -Proxy URL | % path", ["http://unreachable.invalid/echo"]),
    ((f"irm http://unreachable.invalid/x -Proxy URL -ProxyCredential {CREDENTIAL} | "
     "% { $_.headers.'proxy-authorization' }"), ["Basic dXNlcjpzZWNyZXQ="]),
    ("irm http://unreachable.invalid/x -Proxy URL -ProxyUseDefaultCredentials | % method", ["GET"]),
]  # fmt: skip


@pytest.mark.parametrize("command", ["irm", "Get-Body"])
@pytest.mark.parametrize(("script", "output"), SENT)
def test_what_is_sent(ps, url: str, script: str, output: list[object], command: str) -> None:
    ran = ps(WITH_BODY + script.replace("irm", command).replace("URL", url))
    assert ran.messages == []
    assert ran.output == output


RECEIVED = [
    ("(iwr URL/text?text=hi).Content", ["hi"]),
    ("(iwr URL/text?text=hi).StatusCode; (iwr URL/text?text=hi).StatusDescription", [200, "OK"]),
    ("(iwr URL/text?text=hi).Headers['Content-Type']", ["text/html"]),
    ("(iwr URL/text?text=hi).RawContent -match '^HTTP/1.1 200 OK'", [True]),
    ("(iwr URL/text?text=hi).RawContentLength", [2]),
    ("(iwr URL/text?text=hi).RawContentStream.ToArray().Count", [2]),
    ("(iwr URL/file).Content.GetType().Name; (iwr URL/file).GetType().Name", ["Byte[]", "WebResponseObject"]),
    ("(iwr \"URL/text?text=%3Ca%20href='x'%3Ey%3C/a%3E\").Links.href", ["x"]),
    ("iwr 'URL/text?text=%3Cimg%20src=i%3E%3Cinput%20name=n%3E' | % Images | % src", ["i"]),
    ("iwr 'URL/text?text=%3Cimg%20src=i%3E%3Cinput%20name=n%3E' | % InputFields | % name", ["n"]),
    ("(iwr URL/pages).RelationLink.next -like '*page=2'", [True]),
    ("(iwr URL/text?text=hi -Method Head).Content", [""]),
    ("'gzip','deflate','raw' | % { (irm URL/packed?how=$_).packed }", [True] * 3),
    ("irm \"URL/text?text=%C3%A4&charset=iso-8859-1&type=text/plain;charset=iso-8859-1\"", ["ä"]),
    ("irm \"URL/text?charset=cp1251&text=%3Cmeta%20charset%3D'windows-1251'%3E%D0%96\" | % { $_[-1] }", ["Ж"]),
    ("irm URL/text?text=plain", ["plain"]),
    ("(irm 'URL/text?text=%5B1,2%5D&type=application/json').Count", [2]),
    ("irm URL/echo -StatusCodeVariable s -ResponseHeadersVariable h | Out-Null; $s; $h['Content-Type']",
     [200, "application/json"]),
    ("irm URL/status?code=404 -SkipHttpErrorCheck -StatusCodeVariable s; $s", ["no", 404]),
    ("(iwr URL/status?code=500 -SkipHttpErrorCheck).StatusCode", [500]),
    ("(irm URL/pages -FollowRelLink).page", [1, 2, 3]),
    ("(irm URL/pages -FollowRelLink -MaximumFollowRelLink 2).page", [1, 2]),
    ("(irm URL/redirect?left=3).path", ["/echo"]),
    ("(irm URL/redirect -Method Post -Body x).method", ["GET"]),
    ("(irm URL/redirect -Method Post -Body x -PreserveHttpMethodOnRedirect).method", ["POST"]),
    ("(irm 'URL/redirect?code=307' -Method Put -Body x).method", ["PUT"]),
    ("$null -eq (irm URL/redirect -Headers @{Authorization='a'}).headers.authorization", [True]),
    ("(irm URL/redirect -Headers @{Authorization='a'} -PreserveAuthorizationOnRedirect).headers.authorization", ["a"]),
    ("irm 'URL/flaky?id=ID&times=2' -MaximumRetryCount 3 -RetryIntervalSec 1 -ConnectionTimeoutSeconds 9",
     ["at last"]),
    (("irm URL/cookie?name=c'&'value=1 -SessionVariable s | Out-Null; (irm URL/echo -WebSession $s).headers.cookie; "
     "$s.Cookies.Count; $s.Cookies.GetCookies('URL')[0].Value"), ["c=1", 1, "1"]),
    ((f"{SESSION}; $s.Cookies.Add([Net.Cookie]::new('a','b','/','127.0.0.1')); irm URL/echo -WebSession $s | "
     "% { $_.headers.cookie; $_.headers.'user-agent' }"), ["a=b", "x/1"]),
]  # fmt: skip


@pytest.mark.parametrize("command", ["irm", "Get-Body"])
@pytest.mark.parametrize(("script", "output"), RECEIVED)
def test_what_is_received(
    ps, url: str, script: str, output: list[object], command: str, request: pytest.FixtureRequest
) -> None:
    if command == "Get-Body" and ("irm" not in script or "RelLink" in script or "Variable s" in script):
        pytest.skip("only one of the cmdlets has what this is about")
    ps(WITH_BODY)
    script = script.replace("irm", command).replace("id=ID", f"id={id(request)}").replace("retry 1", "retry 0")
    started = time.monotonic()
    ran = ps(script.replace("URL", url))
    assert ran.messages == []
    assert ran.output == output
    assert time.monotonic() - started < 4


REFUSED = [
    ("iwr URL/status?code=404", _FAILED),
    ("iwr http://127.0.0.1:1/", _FAILED),
    ("iwr 'http://no such host.invalid/'", _FAILED),
    ("iwr URL/slow -ConnectionTimeoutSeconds 1", "ConnectionTimeoutReached"),
    ("iwr URL/slow -OperationTimeoutSeconds 1", "ConnectionTimeoutReached"),
    ("iwr URL/redirect?left=3 -MaximumRedirection 1", "MaximumRedirectExceeded"),
    ("iwr URL/redirect -MaximumRedirection 0", "MaximumRedirectExceeded"),
    ("iwr URL -Headers @{'Bad Name'='x'}", "System.FormatException"),
    ("iwr URL -Method Post -Body x -ContentType 'text/plain; charset=none'", "WebCmdletContentTypeException"),
    ("iwr URL -WebSession ([Microsoft.PowerShell.Commands.WebRequestSession]::new()) -SessionVariable s",
     "WebCmdletSessionConflictException"),
    (f"iwr URL -Authentication Basic -Credential {CREDENTIAL}",
     "WebCmdletAllowUnencryptedAuthenticationRequiredException"),
    ("iwr https://x -Authentication Basic", "WebCmdletAuthenticationCredentialNotSuppliedException"),
    ("iwr https://x -Authentication OAuth", "WebCmdletAuthenticationTokenNotSuppliedException"),
    (f"iwr https://x -Authentication OAuth -Token {SECRET} -Credential {CREDENTIAL}",
     "WebCmdletAuthenticationTokenConflictException"),
    (f"iwr https://x -Authentication OAuth -Token {SECRET} -UseDefaultCredentials",
     "WebCmdletAuthenticationConflictException"),
    (f"iwr https://x -Credential {CREDENTIAL} -UseDefaultCredentials", "WebCmdletCredentialConflictException"),
    (f"iwr URL -Proxy URL -ProxyCredential {CREDENTIAL} -ProxyUseDefaultCredentials",
     "WebCmdletProxyCredentialConflictException"),
    ("iwr URL -ProxyUseDefaultCredentials", "WebCmdletProxyUriNotSuppliedException"),
    ("iwr URL -Body x -InFile y", "WebCmdletBodyConflictException"),
    ("iwr URL -Body x -Form @{}", "WebCmdletBodyFormConflictException"),
    ("iwr URL -InFile x -Form @{}", "WebCmdletFormInFileConflictException"),
    ("iwr URL -PassThru", "WebCmdletOutFileMissingException"),
    ("iwr URL -Resume", "WebCmdletOutFileMissingException"),
    ("mkdir d | Out-Null; iwr URL -OutFile d -Resume", "WebCmdletResumeNotFilePathException"),
    ("mkdir d | Out-Null; iwr URL -InFile d -Method Post", "WebCmdletInFileNotFilePathException"),
    ("iwr URL -InFile none -Method Post", "PathNotFound"),
    ("iwr URL -InFile 'none*' -Method Post", "WebCmdletInFileNoPathResolvedException"),
    ("Set-Content f1,f2 x; iwr URL -InFile 'f?' -Method Post", "WebCmdletInFileMultiplePathsResolvedException"),
    ("iwr URL -InFile Env:PATH -Method Post", "WebCmdletInFileNotFilesystemPathException"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "suffix"), [("iwr", _IWR), ("irm", _IRM)])
@pytest.mark.parametrize(("script", "error_id"), REFUSED)
def test_refused(ps, url: str, script: str, error_id: str, command: str, suffix: str) -> None:
    assert ps(script.replace("iwr", command).replace("URL", url)).ids == [error_id + suffix]


def test_the_error_of_a_status(ps, url: str) -> None:
    ran = ps(f"try {{ irm '{url}/status?code=418&text=%7B%22a%22:1%7D&type=application/json' }} catch {{ $e = $_ }}")
    assert ran.ids == []
    assert ps("$e.FullyQualifiedErrorId; $e.Exception.GetType().FullName").output == [
        _FAILED + _IRM,
        "Microsoft.PowerShell.Commands.HttpResponseException",
    ]
    assert ps("[int]$e.Exception.Response.StatusCode; $e.ErrorDetails.Message").output == [418, '{\n  "a": 1\n}']
    assert ps("$e.Exception -is [Net.Http.HttpRequestException]").output == [True]
    assert ps("$e.Exception.Message").output == ["Response status code does not indicate success: 418 (I'm a Teapot)."]
    assert ps("$e.TargetObject.Method; $e.CategoryInfo.Category.ToString()").output == ["GET", "InvalidOperation"]


def test_files(ps, url: str, tmp_path: Path) -> None:
    assert ps(f"iwr {url}/file -OutFile f.bin").output == []
    assert (tmp_path / "f.bin").read_bytes() == LARGE
    assert ps(f"(iwr {url}/file -OutFile g.bin -PassThru).StatusCode").output == [200]
    (tmp_path / "f.bin").write_bytes(LARGE[:100])
    ps(f"iwr {url}/file -OutFile f.bin -Resume")
    assert (tmp_path / "f.bin").read_bytes() == LARGE
    assert ps(f"iwr {url}/file -OutFile f.bin -Resume").ids == []
    (tmp_path / "f.bin").write_bytes(LARGE + b"x")
    ps(f"iwr {url}/file -OutFile f.bin -Resume")
    assert (tmp_path / "f.bin").read_bytes() == LARGE
    (tmp_path / "d").mkdir()
    ps(f"irm {url}/file -OutFile d")
    assert (tmp_path / "d" / "file").read_bytes() == LARGE
    (tmp_path / "in.txt").write_text("from a file")
    assert ps(f"(irm {url}/echo -Method Post -InFile in.txt).body").output == ["from a file"]


def test_forms(ps, url: str, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("file text")
    form = "@{a='x'; b=1,2; f=Get-Item in.txt}"
    ran = ps(f"$r = irm {url}/echo -Method Post -Form {form}; $r.body; $r.headers.'content-type'")
    body, kind = ran.output
    assert kind.startswith('multipart/form-data; boundary="')
    assert body.count("Content-Disposition: form-data; name=b\r\n") == 2
    assert "filename=in.txt" in body
    assert "file text" in body


def test_a_stop_ends_the_wait(ps, url: str) -> None:
    taken: list[float] = []

    def work() -> None:
        started = time.monotonic()
        ps(f"iwr {url}/slow?seconds=30")
        taken.append(time.monotonic() - started)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    ps.runspace.stop()
    thread.join(10)
    assert taken
    assert taken[0] < 3


@pytest.mark.parametrize("command", ["Invoke-WebRequest", "Invoke-RestMethod"])
def test_there_is_no_store_of_certificates(ps, url: str, command: str) -> None:
    ran = ps(f"{command} {url}/echo -CertificateThumbprint {'AB' * 20}")
    assert ran.output == []
    assert ran.messages == [f"{command} -CertificateThumbprint is not supported by this engine."]


def test_verbose_tells_the_exchange(ps, url: str) -> None:
    ran = ps(f"irm {url}/echo -Verbose | Out-Null")
    assert [record.message.partition(":")[0] for record in ran.sink.verboses] == ["WebRequest", "WebResponse"]
