"""A client of yaml-language-server, which speaks the Language Server Protocol over its standard streams."""

from __future__ import annotations

import json
import subprocess
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """A diagnostic: its line and column from 1, and its text."""

    line: int
    column: int
    message: str


class LanguageServer:
    """The server with one schema for all documents; positions are the places of a `|` in a text."""

    def __init__(self, program: str, schema: Path) -> None:
        self._process = subprocess.Popen(
            [program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._numbers = count(1)
        self._found: dict[str, list[Finding]] = {}
        self._settings = {"schemas": {schema.as_uri(): ["*.yaml"]}, "schemaStore": {"enable": False}}
        capabilities = {
            "workspace": {"configuration": True, "didChangeConfiguration": {}},
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
        }
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": self._settings}})

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    # -- what an editor asks ---------------------------------------------------------------------------------------

    def diagnostics(self, text: str) -> list[Finding]:
        """What the server finds wrong with a document."""
        return self._found[self._open(text)]

    def completions(self, text: str) -> dict[str, str]:
        """What it offers at the `|`: the text that is inserted, by label."""
        answer = self._at("textDocument/completion", text)
        return {one["label"]: one.get("insertText", "") for one in answer["items"]}

    def hover(self, text: str) -> str:
        """What it says of the word at the `|`."""
        answer = self._at("textDocument/hover", text)
        return answer["contents"]["value"] if answer else ""

    def _at(self, method: str, text: str) -> Any:
        before, _, after = text.partition("|")
        uri = self._open(before + after)
        line, character = before.count("\n"), len(before.rpartition("\n")[2])
        return self._ask(method, {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})

    def _open(self, text: str) -> str:
        """Open a document and wait until it is checked."""
        uri = f"file:///specs/{next(self._numbers)}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while uri not in self._found:
            self._receive()
        return uri

    # -- messages ----------------------------------------------------------------------------------------------------

    def _ask(self, method: str, params: Any) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                return message.get("result")

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        stream = self._process.stdin
        assert stream is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        stream.flush()

    def _receive(self) -> dict[str, Any]:
        """The next message; questions of the server are answered."""
        message = self._read()
        match message:
            case {"method": "textDocument/publishDiagnostics", "params": params}:
                self._found[params["uri"]] = [_finding(one) for one in params["diagnostics"]]
            case {"method": "workspace/configuration", "id": number, "params": {"items": items}}:
                asked = [self._settings if one.get("section") == "yaml" else None for one in items]
                self._send({"id": number, "result": asked})
            case {"method": _, "id": number}:
                self._send({"id": number, "result": None})
            case _:
                pass
        return message

    def _read(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        size = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        if not size:
            raise EOFError("the language server has ended")
        return json.loads(stream.read(size))


def _finding(diagnostic: dict[str, Any]) -> Finding:
    start = diagnostic["range"]["start"]
    return Finding(start["line"] + 1, start["character"] + 1, diagnostic["message"])
