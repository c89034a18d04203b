from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from remora.psrp import messages as m
from remora.psrp.crypto import KeyRing
from remora.psrp.skeleton import PipelineBodies
from remora.psrp.spec import CommandSpec, Merges, PipelineSpec, RemoteStreamOptions
from remora.values import HostInfo

BODIES = PipelineBodies()
KEYS = KeyRing()
SPECS = st.builds(
    PipelineSpec.script,
    st.text(st.characters(exclude_categories=()), max_size=30),
    use_local_scope=st.none() | st.booleans(),
    no_input=st.booleans(),
    add_to_history=st.booleans(),
    is_nested=st.booleans(),
    stream_options=st.sampled_from([RemoteStreamOptions.NONE, RemoteStreamOptions.ALL, RemoteStreamOptions.ERROR]),
    host_info=st.none() | st.just(HostInfo(use_runspace_host=False)),
    history=st.none() | st.text(max_size=5),
    arguments=st.sampled_from([(), (1, "remora-script-goes-here")]),
)


@given(SPECS, st.sampled_from([(2, 1), (2, 2), (2, 3)]))
def test_spliced_bodies_equal_encoded_ones(spec: PipelineSpec, version: tuple[int, int]) -> None:
    assert BODIES.encode(spec, version, KEYS) == m.encode_body(m.CreatePipeline(spec), None, version)


def test_commands_and_merges_have_skeletons_of_their_own() -> None:
    for merges in (Merges(), Merges.error_to_output()):
        for name in ("Get-Date", "Get-Host"):
            spec = PipelineSpec(statements=((CommandSpec(name=name, merges=merges),),))
            assert BODIES.encode(spec, (2, 3), KEYS) == m.encode_body(m.CreatePipeline(spec))


def test_the_number_of_skeletons_is_bounded() -> None:
    bodies = PipelineBodies()
    for bits in range(2**7):
        flags = [bool(bits >> place & 1) for place in range(7)]
        spec = PipelineSpec.script(
            "x",
            no_input=flags[0],
            add_to_history=flags[1],
            is_nested=flags[2],
            redirect_shell_error_output_pipe=flags[3],
            stream_options=RemoteStreamOptions(bits >> 4),
        )
        assert bodies.encode(spec, (2, 3), KEYS) == m.encode_body(m.CreatePipeline(spec))
