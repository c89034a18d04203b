"""From the bytes of a document to its values: the quick way for plain documents, a real parser for odd ones."""

from __future__ import annotations

from typing import Any, Final

from remora import _xml
from remora.errors import LimitExceeded, RemoteProtocolError
from remora.psrp.clixml.decode import Decoder, Decrypter

MAX_SIZE: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 50
MAX_TAGS: Final = 4_000_000


def items(
    data: bytes | str, *, max_depth: int, max_size: int, max_tags: int, cipher: Decrypter | None
) -> list[tuple[str | None, Any]]:
    """Decode a whole document to (stream, value) pairs; nothing but RemoraError comes out."""
    text = _xml.plain(data, max_size=max_size, max_tags=max_tags)
    if text is not None:
        try:
            return _decode(text, max_depth, cipher)
        except LimitExceeded:
            raise
        except RemoteProtocolError:
            pass  # perhaps legal XML in an unusual spelling: read it again after a real parser rewrote it
    rewritten = _xml.canonical(data, max_size=max_size, max_depth=4 * max_depth + 16, max_elements=max_tags)
    text = _xml.plain(rewritten, max_size=8 * max_size, max_tags=max_tags)
    if text is None:
        raise RemoteProtocolError("CLIXML holds what XML forbids")
    return _decode(text, max_depth, cipher)


def _decode(text: str, max_depth: int, cipher: Decrypter | None) -> list[tuple[str | None, Any]]:
    flat = _xml.tokens(text)
    escapes = "&" in text or "_x" in text or "_X" in text
    try:
        decoder = Decoder(flat, escapes=escapes, max_depth=max_depth, cipher=cipher)
        found = decoder.document()
        if decoder.cyclic:
            found = Decoder(flat, max_depth=max_depth, cipher=cipher, blanks=decoder.cyclic).document()
    except IndexError:
        raise RemoteProtocolError("CLIXML ends inside an element") from None
    except (ValueError, ArithmeticError) as error:
        raise RemoteProtocolError(f"CLIXML value refused: {str(error)[:200]}") from None
    except RecursionError:
        raise LimitExceeded("CLIXML nested too deeply for this stack") from None
    return found
