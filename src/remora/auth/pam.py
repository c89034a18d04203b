"""Unix passwords by PAM: libpam through ctypes, in a thread of whoever may read the passwords.

Only a right password of an account that may log in now counts: authentication and account management both. The delay
after a wrong one is taken away from PAM, which would hold the thread; whoever calls waits without one.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from remora.errors import AuthError

_SUCCESS, _CONVERSATION_ERROR = 0, 19
_PROMPT_SECRET, _ERROR_TEXT, _TEXT = 1, 3, 4
_USER, _FAIL_DELAY = 2, 10
_SILENT, _NO_EMPTY_PASSWORD = 0x8000, 0x1
_MAX_MESSAGES: Final = 16
_MAX_SECRET: Final = 511
"""PAM_MAX_RESP_SIZE without its final zero."""
_REFUSED: Final = "the logon was refused"


class _Message(ctypes.Structure):
    _fields_ = (("style", ctypes.c_int), ("text", ctypes.c_char_p))


class _Response(ctypes.Structure):
    _fields_ = (("text", ctypes.c_void_p), ("code", ctypes.c_int))


_Talk = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(ctypes.POINTER(_Message)),
    ctypes.POINTER(ctypes.POINTER(_Response)),
    ctypes.c_void_p,
)
_Delay = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p)


class _Conversation(ctypes.Structure):
    _fields_ = (("talk", _Talk), ("data", ctypes.c_void_p))


_no_delay: Final = _Delay(lambda _result, _microseconds, _data: None)


class Pam:
    """The library, with one service. Raises AuthError where this machine has no PAM."""

    def __init__(self, service: str) -> None:
        try:
            self._pam: Any = ctypes.CDLL("libpam.so.0")
        except OSError:
            raise AuthError("this machine has no libpam") from None
        self._libc: Any = ctypes.CDLL(None)
        self._service = service.encode("ascii")
        self._libc.calloc.restype = self._libc.strdup.restype = ctypes.c_void_p
        self._libc.calloc.argtypes = (ctypes.c_size_t, ctypes.c_size_t)
        self._libc.strdup.argtypes = (ctypes.c_char_p,)
        handle = ctypes.c_void_p
        self._pam.pam_start.argtypes = (
            ctypes.c_char_p,
            ctypes.c_char_p,
            ctypes.POINTER(_Conversation),
            ctypes.POINTER(handle),
        )
        for function in (self._pam.pam_authenticate, self._pam.pam_acct_mgmt, self._pam.pam_end):
            function.argtypes = (handle, ctypes.c_int)
        self._pam.pam_set_item.argtypes = (handle, ctypes.c_int, ctypes.c_void_p)
        self._pam.pam_get_item.argtypes = (handle, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p))

    def verify(self, user: str, password: str) -> None:
        """Return when the password is right and the account in order. Raises AuthError, always the same. Blocks."""
        name, secret = user.encode(), password.encode("utf-8", "surrogatepass")
        if not name or not secret or b"\0" in name + secret or len(secret) > _MAX_SECRET:
            raise AuthError(_REFUSED)
        talk = _Talk(lambda count, messages, answers, _data: self._answer(secret, count, messages, answers))
        conversation, handle = _Conversation(talk, None), ctypes.c_void_p()
        if self._pam.pam_start(self._service, name, ctypes.byref(conversation), ctypes.byref(handle)) != _SUCCESS:
            raise AuthError(_REFUSED)
        code = _CONVERSATION_ERROR
        try:
            self._pam.pam_set_item(handle, _FAIL_DELAY, ctypes.cast(_no_delay, ctypes.c_void_p))
            flags = _SILENT | _NO_EMPTY_PASSWORD
            code = self._pam.pam_authenticate(handle, flags) or self._pam.pam_acct_mgmt(handle, flags)
            if code != _SUCCESS or self._user(handle) != name:
                raise AuthError(_REFUSED)
        finally:
            self._pam.pam_end(handle, code)

    def _user(self, handle: ctypes.c_void_p) -> bytes | None:
        """The user as the modules see it: one that was renamed on the way is not who asked."""
        found = ctypes.c_char_p()
        return found.value if self._pam.pam_get_item(handle, _USER, ctypes.byref(found)) == _SUCCESS else None

    def _answer(self, secret: bytes, count: int, messages: Any, answers: Any) -> int:
        """Give the password to who asks for a secret; a question that shows its answer is not for us."""
        styles = [messages[index].contents.style for index in range(min(max(count, 0), _MAX_MESSAGES + 1))]
        if not 0 < count <= _MAX_MESSAGES or any(style not in (_PROMPT_SECRET, _ERROR_TEXT, _TEXT) for style in styles):
            return _CONVERSATION_ERROR
        block = self._libc.calloc(count, ctypes.sizeof(_Response))
        if not block:
            return _CONVERSATION_ERROR
        responses = ctypes.cast(block, ctypes.POINTER(_Response))
        for index, style in enumerate(styles):
            if style == _PROMPT_SECRET:
                responses[index].text = self._libc.strdup(secret)
        answers[0] = responses
        return _SUCCESS
