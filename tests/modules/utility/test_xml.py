"""[xml], Select-Xml, and what they have to do with files and the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.modules.conftest import Shell

DOCUMENT = (
    '$x = [xml]\'<root a="1"><b>one</b><b>two</b><c id="k">t</c><e/><m>hi <i>you</i> there</m><!-- note --></root>\'; '
)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$x.root.b", ["one", "two"]),
        ("$x.ROOT.a; $x.root.c.id; $x.root.c.'#text'; $x.root.e -eq ''", ["1", "k", "t", True]),
        ("$x.root.m.i; $x.root.m.'#text'; $x.root.'#comment'", ["you", "hi ", " there", " note "]),
        ("$x.root.m.InnerText; $x.root.m.InnerXml", ["hi you there", "hi <i>you</i> there"]),
        ("$x.DocumentElement.Name; $x.Name; \"$($x.root.NodeType)\"; \"$($x.root.c)\"",
         ["root", "#document", "Element", "c"]),
        ("$null -eq $x.root.nothing; $x.root.b.Count; $x.root.b[1]", [True, 2, "two"]),
        ("$x.root.c.ParentNode.Name; $x.root.c.PreviousSibling.InnerText; $x.root.c.NextSibling.Name",
         ["root", "two", "e"]),
        ("$x.root.FirstChild.Name; $x.root.LastChild.Name; $x.root.ChildNodes.Count", ["b", "#comment", 6]),
        ("$x.root.HasAttribute('a'); $x.root.GetAttribute('a'); $x.root.GetAttribute('z')", [True, "1", ""]),
        ("$x.root.Attributes['a'].Value; $x.root.Attributes[0].Name; $x.root.Attributes.Count", ["1", "a", 1]),
        ("$x.SelectNodes('//b').Count; $x.SelectSingleNode('root/c/@id').Value", [2, "k"]),
        ("$x.SelectSingleNode('//c/text()').Value; $x.root.SelectNodes('b|c').Count", ["t", 3]),
        ("$x.SelectNodes('root/b | //c').Count; $null -eq $x.SelectSingleNode('//q')", [3, True]),
        ("$x.GetElementsByTagName('b').Count; $x.root.GetElementsByTagName('*').Count", [2, 6]),
        ("$x.root.c -eq $x.SelectSingleNode('//c'); $x -is [System.Xml.XmlNode]", [True, True]),
        ("$x.psobject.Properties.Name; $x.root.psobject.Properties.Name",
         ["root", "a", "b", "c", "e", "m", "#comment"]),
        ("([xml]'<q xmlns=\"urn:x\" p:r=\"1\" xmlns:p=\"urn:y\"/>').q.r", ["1"]),
            ("$q = [xml]'<p:q xmlns:p=\"urn:y\"><p:r>1</p:r></p:q>'; $q.q.r; $q.q.'p:r'; $q.q.p",
             ["1", "None", "urn:y"]),
        ("([xml]'<q xmlns=\"urn:x\"/>').q.NamespaceURI", ["urn:x"]),
        ("([xml]'<?xml version=\"1.0\"?><q/>').xml", ['version="1.0"']),
        ("([xml]'<a>  <b/>\n </a>').OuterXml", ["<a><b /></a>"]),
        ("([xml]'<a><![CDATA[1 < 2]]></a>').a", ["1 < 2"]),
    ],
)  # fmt: skip
def test_reading(ps: Shell, script: str, expected: list[Any]) -> None:
    assert [one if isinstance(one, (bool, int)) else str(one) for one in ps(DOCUMENT + script).output] == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$x.r.a = '2'; $x.r.b = 'new'", '<r a="2"><b>new</b><c /></r>'),
        ("$x.r.InnerText = 'a<b'", '<r a="1">a&lt;b</r>'),
        ("$x.r.c.InnerXml", None),
        ("$x.DocumentElement.SelectSingleNode('c').InnerXml = '<d/>t'", '<r a="1"><b>t</b><c><d />t</c></r>'),
        ("$n = $x.CreateElement('n'); $n.SetAttribute('k', 'v'); $n.InnerText = 'z'; $null = $x.r.AppendChild($n)",
         '<r a="1"><b>t</b><c /><n k="v">z</n></r>'),
        ("$null = $x.r.PrependChild($x.CreateElement('n'))", '<r a="1"><n /><b>t</b><c /></r>'),
        ("$null = $x.r.InsertBefore($x.CreateElement('n'), $x.SelectSingleNode('//c'))",
         '<r a="1"><b>t</b><n /><c /></r>'),
        ("$null = $x.r.InsertAfter($x.CreateElement('n'), $x.SelectSingleNode('//b'))",
         '<r a="1"><b>t</b><n /><c /></r>'),
        ("$null = $x.r.RemoveChild($x.SelectSingleNode('//b'))", '<r a="1"><c /></r>'),
        ("$null = $x.r.ReplaceChild($x.CreateElement('n'), $x.SelectSingleNode('//b'))", '<r a="1"><n /><c /></r>'),
        ("$null = $x.r.AppendChild($x.CreateTextNode('&'))", '<r a="1"><b>t</b><c />&amp;</r>'),
        ("$null = $x.r.AppendChild($x.CreateComment('c'))", '<r a="1"><b>t</b><c /><!--c--></r>'),
        ("$x.r.RemoveAttribute('a'); $x.r.SetAttribute('q', 'urn:q', '1')",
         '<r xmlns:ns0="urn:q" ns0:q="1"><b>t</b><c /></r>'),
        ("$k = $x.CreateAttribute('k'); $k.Value = 'v'; $null = $x.r.Attributes.Append($k)",
         '<r a="1" k="v"><b>t</b><c /></r>'),
        ("$null = $x.r.AppendChild($x.r.CloneNode($true))", '<r a="1"><b>t</b><c /><r a="1"><b>t</b><c /></r></r>'),
        ("$null = $x.r.AppendChild($x.ImportNode(([xml]'<o><p/></o>').o, $true))",
         '<r a="1"><b>t</b><c /><o><p /></o></r>'),
        ("$x.r.RemoveAll()", "<r />"),
        ("$x.LoadXml('<new/>')", "<new />"),
    ],
)  # fmt: skip
def test_changing(ps: Shell, script: str, expected: str | None) -> None:
    ran = ps(f"$x = [xml]'<r a=\"1\"><b>t</b><c/></r>'; {script}; $x.OuterXml")
    assert ran.output[-1] == (expected or '<r a="1"><b>t</b><c /></r>')


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("[xml]'<a>'", "InvalidCastToXmlDocument"),
        ("[xml]'<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>'", "InvalidCastToXmlDocument"),
        ("$x.root.b = 'x'", "XmlNodeSetRestrictions"),
        ("$x.root.a = 5", "XmlNodeSetRestrictions"),
        ("$x.root.nope = 'x'", "PropertyAssignmentException"),
        ("$x.root.SelectNodes('//[')", "XPathException"),
        ("$x.AppendChild($x.CreateElement('n'))", "InvalidOperationException"),
        ("$x.root.AppendChild(([xml]'<o/>').DocumentElement)", "ArgumentException"),
        ("$x.CreateElement('a b')", "XmlException"),
        ("[xml]::new().LoadXml('<a>')", "XmlException"),
    ],
)
def test_refusals(ps: Shell, script: str, id: str) -> None:
    ran = ps(DOCUMENT.replace("<e/>", "") + f"try {{ {script} }} catch {{ $_.FullyQualifiedErrorId }}")
    assert ran.output[-1] == id


def test_documents_are_read_from_files_and_written_to_them(ps: Shell, tmp_path: Path) -> None:
    ps("$d = [xml]::new(); $d.LoadXml('<a><b>1</b></a>'); $d.Save('out.xml')")
    assert (tmp_path / "out.xml").read_bytes() == b"<a>\n  <b>1</b>\n</a>"
    assert ps('$e = [xml]::new(); $e.Load("$PWD/out.xml"); $e.a.b; ([xml](Get-Content out.xml)).a.b').output == [
        "1",
        "1",
    ]
    ps('$d = [xml]\'<?xml version="1.0" encoding="utf-8"?><a/>\'; $d.Save("$PWD/mark.xml")')
    assert (tmp_path / "mark.xml").read_bytes().startswith(b"\xef\xbb\xbf<?xml")
    assert ps("$f = [xml]::new(); $f.PreserveWhitespace = $true; $f.LoadXml('<a> <b/></a>'); $f.OuterXml").output == [
        "<a> <b /></a>"
    ]


def test_documents_are_written_to_writers(ps: Shell) -> None:
    script = "$w = [IO.StringWriter]::new(); ([xml]'<a><b/></a>').Save($w); $w.ToString(); $w.GetStringBuilder().Length"
    assert ps(script).output == ["<a>\n  <b />\n</a>", 16]
    assert ps("$w = [IO.StringWriter]::new(); $w.Write('a'); $w.Write(5); $w.WriteLine(); \"$w\"").output == ["a5\n"]


def test_namespaces_of_expressions(ps: Shell) -> None:
    script = (
        "$z = [xml]'<q xmlns=\"urn:x\"><r>5</r></q>'; $n = [System.Xml.XmlNamespaceManager]::new($z.NameTable); "
        "$n.AddNamespace('p', 'urn:x'); $z.SelectSingleNode('//p:r', $n).InnerText; $n.LookupNamespace('p')"
    )
    assert ps(script).output == ["5", "urn:x"]


def test_documents_cross_the_wire(ps: Shell) -> None:
    assert ps("[xml]'<a b=\"1\"/>' | Export-Clixml x.clixml; (Import-Clixml x.clixml).a.b").output == ["1"]
    assert ps("(1 | ConvertTo-Xml).Objects.Object.Type").output == ["System.Int32"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Select-Xml -Content '<a><b>1</b></a>' -XPath '//b' | % { \"$_\" }", ["1"]),
        ("'<a><b>1<c>2</c></b></a>' | Select-Xml '//b' | % { \"$($_.Path) $($_.Pattern) $_\" }",
         ["InputStream //b 1<c>2</c>"]),
        ("[xml]'<a><b>1</b></a>' | Select-Xml -XPath 'a/b' | % { $_.Node.InnerText }", ["1"]),
        ("Select-Xml -Node ([xml]'<a><b>1</b></a>').SelectSingleNode('a') -XPath b | % { $_.Node.Name }", ["b"]),
        ("Select-Xml -Xml ([xml]'<a xmlns=\"u\"/>') -XPath '/p:a' -Namespace @{p='u'} | % { $_.Node.Name }", ["a"]),
        ("(Select-Xml -Path *.xml -XPath a).Count", [2]),
        ("Select-Xml -LiteralPath 'f[1].xml' -XPath a | % { Split-Path -Leaf $_.Path }", ["f[1].xml"]),
        ("Get-Item g.xml | Select-Xml -XPath '/a' | % { \"$_\" -replace ':.*/', ':' }", ["2:g.xml"]),
    ],
)  # fmt: skip
def test_select_xml(ps: Shell, tmp_path: Path, script: str, expected: list[Any]) -> None:
    (tmp_path / "f[1].xml").write_text("<a>1</a>")
    (tmp_path / "g.xml").write_text("<a>2</a>")
    assert ps(script).output == expected


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("Select-Xml -Path bad.xml -XPath a", "ProcessingFile"),
        ("$env:xmltest = '<a/>'; Select-Xml -Path env:xmltest -XPath a", "ProcessingFile"),
        ("Select-Xml -Content x -XPath a", "InvalidCastToXmlDocument"),
        ("Select-Xml -Xml ([xml]'<a/>') -XPath a -Namespace @{p=$null}", "PrefixError"),
        ("Select-Xml -Xml ([xml]'<a/>') -XPath ']'", "XPathException"),
    ],
)
def test_select_xml_errors(ps: Shell, tmp_path: Path, script: str, id: str) -> None:
    (tmp_path / "bad.xml").write_text("<a>")
    assert [one.split(",")[0] for one in ps(script).ids] == [id]
