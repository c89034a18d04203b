from __future__ import annotations

from pathlib import Path


def test_directories(run, tmp_path: Path) -> None:
    assert run("mkdir a\\b\\c & if exist a\\b\\c\\ echo made").out == "made\r\n"
    assert run("mkdir a").err == "A subdirectory or file a already exists.\r\n"
    assert run("rmdir a").err == "The directory is not empty.\r\n"
    assert run("rd /s /q a").code == 0
    assert not (tmp_path / "a").exists()
    assert run("cd temp & cd").out == f"{tmp_path}/temp\r\n"
    assert run("cd /d C:\\ & cd").out == "/\r\n"
    assert run("pushd temp & cd & popd & cd").out == f"{tmp_path}/temp\r\n{tmp_path}\r\n"
    assert run("cd nosuch").err == "The system cannot find the path specified.\r\n"


def test_copy_move_rename_delete(run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"A\n")
    (tmp_path / "b.txt").write_bytes(b"B\n")
    assert run("copy a.txt c.txt").out == "        1 file(s) copied.\r\n"
    assert run("copy /b /y a.txt+b.txt joined.bin").out == "        1 file(s) copied.\r\n"
    assert (tmp_path / "joined.bin").read_bytes() == b"A\nB\n"
    assert run("copy nosuch x").err == "The system cannot find the file specified.\r\n"
    assert run("move c.txt temp\\d.txt").out == "        1 file(s) moved.\r\n"
    assert (tmp_path / "temp" / "d.txt").read_bytes() == b"A\n"
    assert run("ren *.txt *.bak").code == 0
    assert sorted(path.name for path in tmp_path.glob("*.bak")) == ["a.bak", "b.bak"]
    assert run("del a.bak").code == 0
    assert not (tmp_path / "a.bak").exists()
    assert run("del nosuch.txt").err == f"Could Not Find {tmp_path}/nosuch.txt\r\n"
    assert run("del /q *.*").code == 0
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_absolute_windows_and_linux_paths_name_the_same_file(run, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(b"same")
    windows = "C:" + str(tmp_path).replace("/", "\\") + "\\f.txt"
    assert run(f"type {windows}").out == "same"
    assert run(f'type "{tmp_path}/f.txt"').out == "same"


def test_dir_long_and_bare(run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(b"12345")
    (tmp_path / ".hidden").write_bytes(b"")
    assert run("dir /b").out == "one.txt\r\ntemp\r\n"
    assert run("dir /b *.txt").out == "one.txt\r\n"
    assert run("dir /b /a:h").out == ".hidden\r\n"
    assert run("dir /b /ad").out == "temp\r\n"
    assert run("dir /s/b *.txt").out == f"{tmp_path}/one.txt\r\n"
    text = run("dir").out
    assert f" Directory of {tmp_path}\r\n" in text
    assert "                 5 one.txt\r\n" in text
    assert "    <DIR>          temp\r\n" in text
    assert "               1 File(s)              5 bytes\r\n" in text
    missing = run("dir nosuch.txt")
    assert (missing.code, missing.err) == (1, "File Not Found\r\n")


def test_set_lists_assigns_removes(run) -> None:
    assert run("set mixed").out == "Mixed=Case Value\r\n"
    assert run("set mixed=& set mixed").err == "Environment variable mixed not defined\r\n"
    assert run('set "a=b c" & set a=d& set a').out == "a=d\r\n"
    assert run("set /p x=Name: & set x", stdin=b"joe\r\n").out == "Name: x=joe\r\n"
    assert run("set /a 1/0").err == "Divide by zero error.\r\n"


def test_batch_files(run, tmp_path: Path) -> None:
    (tmp_path / "work.cmd").write_bytes(
        b"@echo off\r\nrem comment\r\nset n=0\r\n:again\r\nset /a n+=1\r\nif %n% lss 3 goto again\r\n"
        b"echo n is %n%, first %1, all %*, 100%%\r\ncall :part x y\r\nfor %%i in (1 2) do echo %%i\r\n"
        b"setlocal enabledelayedexpansion\r\nset v=a\r\n(set v=b& echo !v! %v%)\r\nendlocal\r\nexit /b 9\r\n"
        b":part\r\necho part %1 %2\r\ngoto :eof\r\n"
    )
    result = run("work one two & echo after %errorlevel%")
    assert result.out == "n is 3, first one, all one two, 100%\r\npart x y\r\n1\r\n2\r\nb a\r\nafter 0\r\n"
    assert run("work.cmd").code == 9
    assert run("call work a").out.startswith("n is 3, first a")


def test_type_passes_bytes_and_search_reads_files(run, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_bytes(b"Error one\nfine\nerror two\n")
    assert run("type log.txt").out == "Error one\nfine\nerror two\n"
    assert run("findstr /n error log.txt").out == "3:error two\r\n"
    assert run("findstr /i /v error log.txt").out == "fine\r\n"
    assert run('find /i "error" log.txt').out == "\r\n---------- LOG.TXT\r\nError one\r\nerror two\r\n"
    assert run('find /i /c "error" log.txt').out == "\r\n---------- LOG.TXT: 2\r\n"
    assert run("find . -name log.txt").out == "./log.txt\n"
    assert run("findstr x nosuch.txt").err == "FINDSTR: Cannot open nosuch.txt\r\n"


def test_names_of_machine_and_user(run) -> None:
    assert "\\" in run("whoami").out
    assert run("hostname").code == 0
    assert run("ver").out.startswith("\r\nremora cmd [Version ")
    assert run("echo %DATE% %TIME% %RANDOM% %CD%").out.count("%") == 0
