internal import ArgumentParser
internal import MemoryModel
internal import ServiceAssembly

/// `mneme usage`: what was used, and what it costs.
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show what the workspace of a running service has used, and what it costs."
    )

    @Option(help: "From this day on, such as 2026-07-01.")
    var from: String?

    @Option(help: "Up to this day, it included.")
    var to: String?

    @Option(help: "day, user, agent, provider or model; may be repeated (default: day).")
    var by: [String] = []

    @Option(help: "Only of this agent, by name or id; may be repeated.")
    var agent: [String] = []

    @Flag(help: "Write the whole answer as JSON.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let client = try await settings.client()
        do {
            var parameters: [(name: String, value: String)] = []
            if let from { parameters.append((name: "from", value: from)) }
            if let to { parameters.append((name: "to", value: to)) }
            for name in by { parameters.append((name: "group_by", value: name)) }
            for name in agent { parameters.append((name: "agent_id", value: try await client.agentID(name))) }
            let answer = try await client.get("/v1/usage", parameters)
            if json { return try Printing.json(answer) }
            let rows = answer["rows"].elements ?? []
            for row in rows { Printing.line(Self.line(row, currency: answer["currency"].text ?? "")) }
            if rows.isEmpty { Printing.line("Nothing was used.") }
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func line(_ row: JSONValue, currency: String) -> String {
        let names = ["day", "user_id", "agent_id", "provider", "model"].compactMap { row[$0].text }
        let counts = ["calls", "texts", "tokens", "bytes"].map { "\(row[$0].integer ?? 0) \($0)" }
        return (names + counts + ["\(row["cost"].text ?? "0") \(currency)"]).joined(separator: "  ")
    }
}
