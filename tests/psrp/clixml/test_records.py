from __future__ import annotations

from datetime import UTC, datetime

import pytest

from remora import values as v
from remora.errors import RemoteProtocolError
from remora.psrp import clixml
from remora.psrp.clixml import records

ERROR = (
    '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.ErrorRecord</T><T>System.Object</T></TN>'
    '<ToString>no</ToString><MS><B N="writeErrorStream">true</B><Nil N="Exception" /><Nil N="TargetObject" />'
    '<S N="FullyQualifiedErrorId">Id,Cmd</S><Nil N="InvocationInfo" /><I32 N="ErrorCategory_Category">13</I32>'
    '<S N="ErrorCategory_Activity">Get-It</S><Nil N="ErrorCategory_Reason" />{more}'
    '<B N="SerializeExtendedInfo">{extended}</B><S N="Unheard">of</S></MS></Obj>'
)


def test_a_new_error_record_has_the_members_of_windows_in_order() -> None:
    record = v.ErrorRecord.of("boom", "Id", v.ErrorCategory.OBJECT_NOT_FOUND, target_object="t")
    record.write_error_stream = True
    found = records.record_object(record)
    assert list(found.extended) == [
        "writeErrorStream", "Exception", "TargetObject", "FullyQualifiedErrorId", "InvocationInfo",
        "ErrorCategory_Category", "ErrorCategory_Activity", "ErrorCategory_Reason", "ErrorCategory_TargetName",
        "ErrorCategory_TargetType", "ErrorCategory_Message", "SerializeExtendedInfo", "PSMessageDetails",
    ]  # fmt: skip
    again = clixml.loads(clixml.dumps(record))
    assert isinstance(again, v.ErrorRecord)
    assert (str(again), again.to_string, again.category) == ("boom", "boom", v.ErrorCategory.OBJECT_NOT_FOUND)
    assert again.exception.exception_type == "System.Management.Automation.RuntimeException"
    assert again.category_message == "ObjectNotFound: (t:str) [], RuntimeException"


def test_absent_null_and_unknown_members_stay_what_they_are() -> None:
    body = ERROR.format(more="", extended="false")
    record = clixml.loads(body)
    assert record.category_reason is None
    assert record.extra == {"InvocationInfo": None, "Unheard": "of"}
    assert clixml.dumps(record).decode() == body


def test_an_extended_error_record_tells_where_it_was_made() -> None:
    more = '<S N="InvocationInfo_Line">Get-It 5</S><I32 N="InvocationInfo_OffsetInLine">1</I32>'
    body = ERROR.format(more=more, extended="true")
    record = clixml.loads(body)
    assert (record.invocation.line, record.invocation.offset_in_line) == ("Get-It 5", 1)
    assert record.invocation.script_name is v.MISSING
    assert clixml.dumps(record).decode() == body


def test_changed_fields_are_written() -> None:
    record = clixml.loads(ERROR.format(more="", extended="false"))
    record.details = v.ErrorDetails("do not", "do this")
    record.category = v.ErrorCategory.OPEN_ERROR
    again = clixml.loads(clixml.dumps(record))
    assert (again.message, again.details.recommended_action, again.category) == ("do not", "do this", 2 - 1)


@pytest.mark.parametrize("broken", ['<S N="writeErrorStream">x</S>', '<S N="ErrorCategory_Category">13</S>'])
def test_an_error_record_that_is_none_stays_an_object(broken: str) -> None:
    body = (
        '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.ErrorRecord</T><T>System.Object</T></TN>'
        f'<MS><I32 N="ErrorCategory_Category">1</I32>{broken}</MS></Obj>'
    )
    found = clixml.loads(body)
    assert isinstance(found, v.PSObject)
    assert v.same(clixml.loads(clixml.dumps(found)), found)


def test_an_unknown_category_keeps_its_number() -> None:
    body = ERROR.format(more="", extended="false").replace(">13<", ">77<")
    record = clixml.loads(body)
    assert record.category == 77
    assert clixml.dumps(record).decode() == body


@pytest.mark.parametrize("kind", [v.WarningRecord, v.VerboseRecord, v.DebugRecord])
def test_informational_records_come_back_as_their_own_class(kind: type[v.InformationalRecord]) -> None:
    invocation = v.InvocationInfo(line="x", command_origin=v.EnumValue(0, "My.Origin", "Runspace"))
    record = kind(message="mind\nthe gap", invocation=invocation, pipeline_iteration_info=[0, 0])
    found = clixml.loads(clixml.dumps(record))
    assert type(found) is kind
    assert found.type_names == (kind.TYPE_NAME, "System.Management.Automation.InformationalRecord", "System.Object")
    assert (str(found), found.invocation.line, found.pipeline_iteration_info) == ("mind\nthe gap", "x", [0, 0])
    assert v.same(clixml.loads(clixml.dumps(found)), found)


def test_the_body_of_an_information_message_is_a_bag() -> None:
    said = v.HostInformationMessage(message="hi", no_new_line=True, foreground_color=v.EnumValue(4, "C", "Red"))
    record = v.InformationRecord(
        message_data=said, source="s", time_generated=datetime(2024, 1, 1, tzinfo=UTC), tags=["PSHOST"]
    )
    bag = clixml.loads(clixml.dumps(records.information_to_bag(record)))
    assert isinstance(bag, v.PSObject)
    assert list(bag.extended)[:3] == ["MessageData", "Source", "TimeGenerated"]
    found = records.bag_to_information(bag)
    assert (found.message_data.message, found.tags, str(found)) == ("hi", ["PSHOST"], "hi")
    assert found.message_data.foreground_color == 4
    assert v.same(records.bag_to_information(records.information_to_bag(found)), found)


def test_an_information_record_among_the_output_is_an_object_with_properties() -> None:
    found = clixml.loads(clixml.dumps([v.InformationRecord(message_data="m", user="u")]))[0]
    assert isinstance(found, v.InformationRecord)
    assert (found.message_data, found.user) == ("m", "u")


def test_progress_has_a_message_form_and_an_element_of_its_own() -> None:
    record = v.ProgressRecord(
        activity="copy",
        activity_id=3,
        status_description="50 %",
        percent_complete=50,
        type=v.ProgressRecordType.COMPLETED,
    )
    bag = clixml.loads(clixml.dumps(records.progress_to_bag(record)))
    assert str(bag.Type) == "Completed"
    assert v.same(records.bag_to_progress(bag), record)
    element = clixml.dumps(record)
    assert element == (
        b"<PR><AV>copy</AV><AI>3</AI><Nil /><PI>-1</PI><PC>50</PC><T>Completed</T><SR>-1</SR><SD>50 %</SD></PR>"
    )
    assert v.same(clixml.loads(element), record)


def test_members_of_a_bag_are_found_whatever_their_case() -> None:
    found = records.bag_to_progress(v.PSObject.bag(activity="a", ACTIVITYID=4, type="completed"))
    assert (found.activity, found.activity_id, found.type) == ("a", 4, v.ProgressRecordType.COMPLETED)


@pytest.mark.parametrize(
    "bag",
    [{"Type": 7}, {"Type": None}, {"ActivityId": "x"}, {"Activity": 1}, {"PercentComplete": v.Int64(1)}],
    ids=repr,
)
def test_a_progress_bag_with_wrong_members_is_refused(bag: dict[str, object]) -> None:
    with pytest.raises(RemoteProtocolError):
        records.bag_to_progress(v.PSObject.bag(bag))


@pytest.mark.parametrize(
    "body", ["<PR><XX>1</XX></PR>", "<PR><AI>x</AI></PR>", "<PR><T>Odd</T></PR>", "<PR><AI>1</AI><AI>1</AI></PR>"]
)
def test_a_progress_element_with_wrong_children_is_refused(body: str) -> None:
    with pytest.raises(RemoteProtocolError):
        clixml.loads(body)


def test_bags_without_type_names_become_records() -> None:
    assert records.bag_to_warning(v.PSObject.bag(InformationalRecord_Message="w")).message == "w"
    error = records.bag_to_error(v.PSObject.bag(ErrorCategory_Category=5, FullyQualifiedErrorId="E"))
    assert (error.category, error.fully_qualified_error_id) == (v.ErrorCategory.INVALID_ARGUMENT, "E")
    for read in (records.bag_to_warning, records.bag_to_error):
        with pytest.raises(RemoteProtocolError):
            read(v.PSObject.bag(a=1))
