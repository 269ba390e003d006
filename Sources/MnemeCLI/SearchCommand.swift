internal import ArgumentParser
internal import MemoryModel
internal import ServiceAssembly

/// `mneme search`: messages, or items, by words.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search the messages of a running service, or its items.",
        discussion: #"Words, "phrases in quotes", -without and OR; matches are bold on a terminal."#
    )

    @Argument(help: "What to search for.")
    var query: String

    @Flag(help: "Search items by words and meaning, instead of messages.")
    var items = false

    @Option(help: "Items: as this agent sees them, by name or id.")
    var agent: String?

    @Option(help: "Items: only of this kind, such as decision; may be repeated.")
    var kind: [String] = []

    @Option(help: "Items: only with this tag; may be repeated.")
    var tag: [String] = []

    @Option(help: "Messages: only of this channel's id.")
    var channel: String?

    @Option(help: "Messages: only of this thread's id.")
    var thread: String?

    @Option(help: "Messages: only of this author's name.")
    var author: String?

    @Option(help: "Only from this time on, such as 2026-07-06T00:00:00Z.")
    var from: String?

    @Option(help: "Only before this time.")
    var before: String?

    @Option(help: "The most hits (default: 10).")
    var limit = 10

    @Flag(help: "Write the whole answer as JSON.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func validate() throws {
        if !items, agent != nil || !kind.isEmpty || !tag.isEmpty {
            throw ValidationError("--agent, --kind and --tag are for items: add --items")
        }
        if items, channel != nil || thread != nil || author != nil {
            throw ValidationError("--channel, --thread and --author are for messages: leave out --items")
        }
    }

    func run() async throws {
        let client = try await settings.client()
        do {
            let rows = items ? "items" : "messages"
            let answer = try await client.get("/v1/search/\(rows)", try await parameters(client))
            if json { return try Printing.json(answer) }
            let hits = answer[rows].elements ?? []
            for hit in hits {
                let line = FoundLine(hit, isBold: Printing.isTerminal)
                Printing.line("\(line.heading)\n\(line.text)\n")
            }
            if hits.isEmpty { Printing.line("Nothing found.") }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func parameters(_ client: ServiceClient) async throws -> [(name: String, value: String)] {
        var parameters = [(name: "q", value: query), (name: "limit", value: String(limit))]
        func add(_ name: String, _ value: String?) {
            if let value { parameters.append((name: name, value: value)) }
        }
        if items {
            if let agent { add("agent_id", try await client.agentID(agent)) }
            for kind in kind { add("kind", kind) }
            for tag in tag { add("tag", tag) }
            add("created_from", from)
            add("created_before", before)
        } else {
            add("channel_id", channel)
            add("thread_id", thread)
            add("author", author)
            add("from", from)
            add("before", before)
        }
        return parameters
    }
}
