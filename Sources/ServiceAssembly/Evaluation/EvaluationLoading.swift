internal import MemoryModel

/// Writes a task's documents into a workspace, once: a conversation's channels with a thread a session, and its items.
struct EvaluationLoading {
    let client: ServiceClient
    let task: EvaluationTask
    let folder: String
    let names: ShortNames

    /// Writes what is not there yet.
    ///
    /// - Throws: ``ExchangeError``, ``ServiceClientError``.
    func load(progress: @Sendable (ExchangeProgress) -> Void) async throws {
        let file = "\(folder)/corpus.jsonl"
        var defined = DefinedNames(names: names, file: file)
        var writer = ImportWriter(client: client, file: file)
        var made: Set<String> = []
        for (number, document) in task.documents.enumerated() {
            try Task.checkCancellation()
            for place in Self.places(of: document) where made.insert("\(place.kind.rawValue) \(place.name)").inserted {
                try await writer.write(place.line, number: number + 1, bytes: 0, names: &defined)
            }
            let bytes = document.text.utf8.count
            try await writer.write(Self.line(of: document), number: number + 1, bytes: bytes, names: &defined)
            if writer.hasJustFlushed {
                let total = task.documents.count
                progress(ExchangeProgress(done: number + 1, total: total, remark: "\(number + 1) of \(total)"))
            }
        }
        try await writer.finish()
    }

    /// The name of the collection with a conversation's items.
    static func collectionName(of conversation: String) -> String { "items of \(conversation)" }

    /// The name of the channel of a turn.
    static func channelName(of document: EvaluationTask.Document) -> String {
        "\(document.conversation)/\(document.channel)"
    }

    private struct Place {
        let kind: ExchangeLine.Kind
        let name: String
        let line: ExchangeLine
    }

    /// What a document lies in, the outer first.
    private static func places(of document: EvaluationTask.Document) -> [Place] {
        switch document.kind {
        case .item:
            let name = collectionName(of: document.conversation)
            let line = ExchangeLine.CollectionLine(id: name, name: name, owner: .audience("workspace"))
            return [Place(kind: .collection, name: name, line: .collection(line))]
        case .message:
            let channel = channelName(of: document)
            let thread = "\(channel)/\(document.session)"
            return [
                Place(
                    kind: .channel,
                    name: channel,
                    line: .channel(ExchangeLine.ChannelLine(id: channel, name: channel, audience: "workspace"))
                ),
                Place(
                    kind: .thread,
                    name: thread,
                    line: .thread(
                        ExchangeLine.ThreadLine(id: thread, channel: channel, title: document.session, status: .active)
                    )
                ),
            ]
        }
    }

    private static func line(of document: EvaluationTask.Document) -> ExchangeLine {
        switch document.kind {
        case .item:
            .item(
                ExchangeLine.ItemLine(
                    id: document.id,
                    collection: collectionName(of: document.conversation),
                    kind: document.itemKind,
                    content: document.text,
                    tags: document.tags,
                    source: document.speaker,
                    provenance: ExchangeLine.Origin(),
                    isPinned: document.isPinned,
                    supersedes: document.supersedes,
                    metadata: [:],
                    createdAt: document.time
                )
            )
        case .message:
            .message(
                ExchangeLine.MessageLine(
                    id: document.id,
                    thread: "\(channelName(of: document))/\(document.session)",
                    author: document.speaker,
                    authorType: document.authorType,
                    content: document.text,
                    metadata: [:],
                    createdAt: document.time
                )
            )
        }
    }
}

extension EvaluationTask.Document.Kind {
    /// What a document becomes, as ids are made of it.
    var noun: ShortNames.Noun {
        switch self {
        case .item: .item
        case .message: .message
        }
    }
}
