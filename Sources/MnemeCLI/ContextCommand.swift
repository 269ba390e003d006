internal import ArgumentParser
internal import Foundation
internal import MemoryModel
internal import ServiceAssembly

/// `mneme context`: the context that matters for a text.
struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Ask a running service for context."
    )

    @Argument(help: "What is about to be done or answered.")
    var query: String

    @Option(help: "The agent it is for, by name or id.")
    var agent: String?

    @Option(help: "The id of the thread it happens in.")
    var thread: String?

    @Option(help: "The most tokens of the answer (default: 4000).")
    var budget: Int?

    @Option(help: "text, xml, openai or anthropic (default: text).")
    var format: String?

    @Flag(help: "Write the whole answer as JSON: entries, scores, what was left out and why.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func validate() throws {
        let formats = ContextFormat.allCases.map(\.rawValue)
        guard format.map(formats.contains) ?? true else {
            throw ValidationError("--format is one of \(formats.joined(separator: ", "))")
        }
    }

    func run() async throws {
        let client = try await settings.client()
        do {
            var body: [String: JSONValue] = ["query": .string(query)]
            if let agent { body["agent_id"] = .string(try await client.agentID(agent)) }
            body["format"] = format.map(JSONValue.string)
            body["thread_id"] = thread.map(JSONValue.string)
            body["token_budget"] = budget.map { .integer(Int64($0)) }
            let answer = try await client.context(body)
            if json { return try Printing.json(answer.json) }
            Printing.line(answer.text)
            try? FileHandle.standardError.write(contentsOf: Data("(\(answer.remark))\n".utf8))
        } catch {
            throw CommandFailure(error)
        }
    }
}
