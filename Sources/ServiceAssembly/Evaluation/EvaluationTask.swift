package import MemoryModel

/// A labelled task: what was said and known, and questions with what answers them; docs/evaluation.md has the format.
package struct EvaluationTask: Sendable, Hashable {
    /// One turn of a conversation, or one item.
    package struct Document: Sendable, Hashable {
        /// What a document becomes.
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case message, item
        }

        package var id: String
        package var conversation: String
        package var session: String
        package var channel: String
        package var turn: Int
        package var speaker: String
        /// As the file has it, since the price of a turn counts its characters.
        package var timestamp: String
        package var time: Timestamp
        package var text: String
        package var kind: Kind
        package var authorType: AuthorType
        package var itemKind: ItemKind
        package var tags: [String]
        package var isPinned: Bool
        package var supersedes: String?
    }

    /// One question.
    package struct Question: Sendable, Hashable {
        package var id: String
        /// The conversation it is asked in; nil asks over all of them.
        package var conversation: String?
        package var text: String
        /// The ids of the documents that answer it; none where nothing does.
        package var relevant: Set<String>
        package var category: String
        /// The gain of each document where judgements have grades.
        package var grades: [String: Double]
        /// The ids of documents that hold an older value and must rank below every relevant one.
        package var superseded: Set<String>
    }

    /// The questions of this category have no true answer, and are left out of the mean.
    package static let leftOut = "adversarial"

    package var documents: [Document]
    package var questions: [Question]

    /// Reads `corpus.jsonl` and `queries.jsonl` of a folder.
    ///
    /// Fields that are not known are passed over, since tasks carry answers and remarks.
    /// - Throws: ``ExchangeError`` that names file, line and field.
    package init(folder: String) throws(ExchangeError) {
        documents = try Self.lines("\(folder)/corpus.jsonl") { fields, json throws(ExchangeError) in
            try Document(&fields, turn: json["turn"].integer)
        }
        questions = try Self.lines("\(folder)/queries.jsonl") { fields, json throws(ExchangeError) in
            try Question(&fields, grades: json["grades"])
        }
        // In the order of turns within a session, whatever the order of the file.
        var places: [String: Int] = [:]
        for document in documents where places[document.thread] == nil { places[document.thread] = places.count }
        documents = documents.enumerated().sorted { left, right in
            let (first, second) = (left.element, right.element)
            let key = { (document: Document) in (places[document.thread] ?? 0, document.turn) }
            return key(first) == key(second) ? left.offset < right.offset : key(first) < key(second)
        }.map(\.element)
    }

    private static func lines<Value>(
        _ file: String,
        _ make: (inout LineFields, JSONValue) throws(ExchangeError) -> Value
    ) throws(ExchangeError) -> [Value] {
        var reader = try LineReader(path: file)
        var values: [Value] = []
        while let line = try reader.next() {
            guard let json = try? JSONParser.parse(line), case .object(let members) = json else {
                throw ExchangeError(.line, file: file, line: reader.number, "is not a JSON object")
            }
            var fields = LineFields(members, file: file, line: reader.number)
            values.append(try make(&fields, json))
        }
        return values
    }
}

extension EvaluationTask.Document {
    /// The name of the thread it is in.
    package var thread: String { "\(channel)/\(session)" }

    /// How a turn is written into an agent's context; its length is what a turn costs.
    package var contextLine: String {
        let minute = String(timestamp.unicodeScalars.prefix(16)).replacing("T", with: " ")
        return "[\(minute)] \(speaker): \(text)\n"
    }

    /// What it costs by `chars4`: characters divided by four, rounded up.
    package var price: Int { (contextLine.unicodeScalars.count + 3) / 4 }

    fileprivate init(_ fields: inout LineFields, turn: Int?) throws(ExchangeError) {
        let timestamp = try fields.text("timestamp")
        guard let time = Timestamp(timestamp) else {
            throw fields.failure("timestamp", "must be a date and time with a zone, such as 2026-07-06T09:00:00Z")
        }
        let conversation = try fields.text("conversation")
        self.init(
            id: try fields.text("id"),
            conversation: conversation,
            session: try fields.optionalText("session") ?? "session",
            channel: try fields.optionalText("channel") ?? conversation,
            turn: turn ?? 0,
            speaker: try fields.text("speaker"),
            timestamp: timestamp,
            time: time,
            text: try fields.text("text"),
            kind: try fields.word("type", Kind.self, default: .message),
            authorType: try fields.word("role", AuthorType.self, default: .human),
            itemKind: try fields.word("kind", ItemKind.self, default: .note),
            tags: try fields.texts("tags"),
            isPinned: try fields.flag("pinned"),
            supersedes: try fields.optionalText("supersedes")
        )
    }
}

extension EvaluationTask.Question {
    fileprivate init(_ fields: inout LineFields, grades: JSONValue) throws(ExchangeError) {
        var gains: [String: Double] = [:]
        if case .object(let members) = grades { gains = members.compactMapValues(\.double) }
        self.init(
            id: try fields.text("id"),
            conversation: try fields.optionalText("conversation"),
            text: try fields.text("text"),
            relevant: Set(try fields.texts("relevant")),
            category: try fields.optionalText("category") ?? "all",
            grades: gains,
            superseded: Set(try fields.texts("superseded"))
        )
    }
}
