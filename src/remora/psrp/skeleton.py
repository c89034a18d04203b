"""CREATE_PIPELINE bodies that differ only in the script's text are encoded once and spliced after that."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

from remora.psrp import clixml, messages
from remora.psrp.crypto import KeyRing
from remora.psrp.spec import PipelineSpec

_MARK: Final = "remora-script-goes-here"
_MARK_ELEMENT: Final = b">" + _MARK.encode("ascii") + b"<"
_MAX_SKELETONS: Final = 64


_skeletons: Final[dict[Hashable, tuple[bytes, bytes]]] = {}
"""What stands before and after the script, for each shape of pipeline: the same for all pools."""


class PipelineBodies:
    """Encodes CREATE_PIPELINE bodies."""

    __slots__ = ()

    def encode(self, spec: PipelineSpec, version: tuple[int, int], keys: KeyRing) -> bytes:
        """Return the body. Raises KeyMissing when a parameter is secret and no key was exchanged."""
        shape = _shape(spec, version)
        if shape is None:
            return messages.encode_body(messages.CreatePipeline(spec), keys, version)
        skeleton = _skeletons.get(shape)
        if skeleton is None:
            if len(_skeletons) >= _MAX_SKELETONS:
                _skeletons.clear()
            skeleton = _skeletons[shape] = _split(spec, version)
        text = clixml.dumps(spec.statements[0][0].name)
        content = text[3:-4] if text.endswith(b"</S>") else b""
        return skeleton[0] + content + skeleton[1]


def _shape(spec: PipelineSpec, version: tuple[int, int]) -> Hashable | None:
    """Return what identifies the skeleton, or None when more than the script's text can vary."""
    if (
        len(spec.statements) != 1
        or len(spec.statements[0]) != 1
        or spec.host_info is not None
        or spec.history is not None
    ):
        return None
    command = spec.statements[0][0]
    if command.parameters:
        return None
    return (
        version,
        command.is_script,
        command.use_local_scope,
        command.merges,
        spec.no_input,
        spec.add_to_history,
        spec.is_nested,
        spec.redirect_shell_error_output_pipe,
        spec.stream_options,
        spec.apartment_state,
        spec.takes_bytes,
    )


def _split(spec: PipelineSpec, version: tuple[int, int]) -> tuple[bytes, bytes]:
    marked = replace(spec, statements=((replace(spec.statements[0][0], name=_MARK),),))
    before, _, after = messages.encode_body(messages.CreatePipeline(marked), None, version).partition(_MARK_ELEMENT)
    return before + b">", b"<" + after
