import MemoryModel
import ServiceAssembly
import Testing

struct ExchangeLineTests {
    private func failure(_ text: String) -> ExchangeError? {
        do {
            _ = try ExchangeLine(parsing: Array(text.utf8), file: "f.jsonl", line: 7)
            return nil
        } catch {
            return error
        }
    }

    @Test func everyLineOfTheSampleIsOfTheFormat() throws {
        var reader = try LineReader(path: SampleFiles.workspace)
        var counts: [ExchangeLine.Kind: Int] = [:]
        while let bytes = try reader.next() {
            let line = try ExchangeLine(parsing: bytes, file: "sample", line: reader.number)
            counts[line.kind, default: 0] += 1
        }
        #expect(reader.position == reader.size)
        #expect(counts[.message] == 612)
        #expect(counts[.item] == 173)
        #expect(counts[.thread] == 29)
        #expect(counts[.fork] == 10)
        #expect(counts[.collection] == 9)
    }

    @Test func everyQuestionNamesIdsOfTheSample() throws {
        var reader = try LineReader(path: SampleFiles.workspace)
        var messages: Set<String> = []
        var items: Set<String> = []
        while let bytes = try reader.next() {
            switch try ExchangeLine(parsing: bytes, file: "sample", line: reader.number) {
            case .message(let message): messages.insert(message.id)
            case .item(let item): items.insert(item.id)
            default: break
            }
        }
        let questions = try SampleQuestion.read(SampleFiles.questions)
        #expect(questions.count == 115)
        #expect(questions.contains { $0.id == SampleRun.questionID && !$0.items.isEmpty })
        for question in questions {
            #expect(items.isSuperset(of: question.items), "\(question.id)")
            #expect(messages.isSuperset(of: question.messages), "\(question.id)")
        }
    }

    @Test(
        arguments: [
            (#"{"type": "user", "id": "a", "name": "A"}"#, "role", "is missing"),
            (
                #"{"type": "user", "id": "a", "name": "A", "role": "boss"}"#, "role",
                "must be one of admin, member, viewer"
            ),
            (#"{"type": "user", "id": 7, "name": "A", "role": "admin"}"#, "id", "must be a text"),
            (#"{"type": "user", "id": "", "name": "A", "role": "admin"}"#, "id", "must not be empty"),
            (#"{"type": "user", "id": "a", "name": "A", "role": "admin", "x": 1}"#, "x", "is not a field of this type"),
            (#"{"type": "planet", "id": "a"}"#, "type", nil),
            (
                #"{"type": "fork", "id": "f", "thread": "t", "fork_point": "m", "title": "x", "status": "resolved"}"#,
                "summary", nil
            ),
            (#"{"type": "channel", "id": "c", "name": "c", "created_at": "yesterday"}"#, "created_at", nil),
            (#"{"type": "channel", "id": "c", "name": "c", "audience": "friends"}"#, "audience", nil),
            (#"{"type": "collection", "id": "c", "name": "c"}"#, "audience", nil),
            (
                #"{"type": "item", "id": "i", "collection": "c", "kind": "fact", "content": "x", "source": "web", "importance": 2}"#,
                "importance", nil
            ),
            (
                #"{"type": "item", "id": "i", "collection": "c", "kind": "fact", "content": "x", "source": "web", "scope": {"kind": "thread"}}"#,
                "scope.id", nil
            ),
            (
                #"{"type": "item", "id": "i", "collection": "c", "kind": "fact", "content": "x", "source": "web", "provenance": {"page": 1}}"#,
                "provenance.page", nil
            ),
        ] as [(String, String, String?)]
    )
    func aFaultNamesLineAndField(_ line: String, _ field: String, _ detail: String?) throws {
        let error = try #require(failure(line))
        #expect(error.code == .field)
        #expect(error.line == 7)
        #expect(error.field == field)
        if let detail { #expect(error.detail == detail) }
    }

    @Test(arguments: ["", "[]", "{", #"{"type": "user", "type": "user"}"#, "\u{1}"])
    func whatIsNoObjectIsRefused(_ line: String) throws {
        #expect(try #require(failure(line)).code == .line)
    }

    @Test func linesAreReadWholeWhateverTheirEnds() async throws {
        let long = String(repeating: "ä", count: 300_000)
        try await SampleFiles.withFile(["one", "", "  ", long, "last\r"]) { path in
            var reader = try LineReader(path: path)
            var lines: [(Int, Int)] = []
            while let line = try reader.next() { lines.append((reader.number, line.count)) }
            #expect(lines.map(\.0) == [1, 4, 5])
            #expect(lines.map(\.1) == [3, 600_000, 5])
        }
    }

    @Test func aMissingFileIsSaid() {
        #expect(throws: ExchangeError(.file, file: "/nowhere/x.jsonl", "there is no such file")) {
            _ = try LineReader(path: "/nowhere/x.jsonl").size
        }
    }
}

struct ShortNamesTests {
    @Test func aNameIsTheSameUUIDAtEveryImport() {
        let names = ShortNames(workspaceID: "0193F000-0000-7000-8000-0000000000ab")
        let again = ShortNames(workspaceID: "0193f000-0000-7000-8000-0000000000ab")
        #expect(names.id("t14.3", of: .message) == again.id("t14.3", of: .message))
        #expect(names.id("scout", of: .agent) != names.id("scout", of: .collection))
        let other = ShortNames(workspaceID: "0193f000-0000-7000-8000-0000000000ac")
        #expect(names.id("t14.3", of: .message) != other.id("t14.3", of: .message))
    }

    @Test func aNameBecomesAUUIDOfVersion8() {
        let id = ShortNames(workspaceID: "w").id("name", of: .item)
        #expect(ShortNames.isUUID(id))
        #expect(Array(id)[14] == "8")
        #expect("89ab".contains(Array(id)[19]))
    }

    @Test func aUUIDStaysItself() {
        let id = "0193F000-0000-7000-8000-0000000000AB"
        #expect(ShortNames(workspaceID: "w").id(id, of: .item) == id.lowercased())
    }
}
