"""The PSSession cmdlets as functions: New, Get, Connect, Disconnect, Receive and Remove-PSSession.

Keywords are the cmdlets' parameters in snake case. Those about the way to a machine are the same everywhere: port,
use_ssl, application_name, username and password or credential, authentication, configuration_name, session_option.
repository: whose sessions these are, by default the context's (``use_repository``), else
``remora.client.repository.DEFAULT``. config: the client configuration, by default the user's file. Where a function
takes several targets there is a second one that yields each as it is done: ``opening``, ``connecting``, ``leaving``,
``removing``.
"""

from remora.client.commands.common import each, gather
from remora.client.commands.connect import connect_pssession, connecting
from remora.client.commands.disconnect import disconnect_pssession, leaving
from remora.client.commands.get import find_sessions, get_pssession
from remora.client.commands.new import like_sessions, new_pssession, new_sessions, opening
from remora.client.commands.receive import receive_pssession, receive_session
from remora.client.commands.remove import remove_pssession, removing

__all__ = [
    "connect_pssession",
    "connecting",
    "disconnect_pssession",
    "each",
    "find_sessions",
    "gather",
    "get_pssession",
    "leaving",
    "like_sessions",
    "new_pssession",
    "new_sessions",
    "opening",
    "receive_pssession",
    "receive_session",
    "remove_pssession",
    "removing",
]
