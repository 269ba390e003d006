internal import ArgumentParser
internal import MemoryModel
internal import ServiceAssembly

/// `mneme audit`: who did what to what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show who did what to what in the workspace of a running service, newest first."
    )

    @Option(help: "Only what was done to this, such as item:<id>.")
    var subject: String?

    @Option(help: "Only by this key's id.")
    var key: String?

    @Option(help: "write or personal_read.")
    var kind: String?

    @Option(help: "Only from this time on, such as 2026-07-06T00:00:00Z.")
    var from: String?

    @Option(help: "Only before this time.")
    var before: String?

    @Option(help: "The most lines (default: 50).")
    var limit = 50

    @Flag(help: "Write each line as JSON.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let client = try await settings.client()
        let filters = [
            ("subject", subject), ("key_id", key), ("kind", kind), ("from", from), ("before", before),
        ].compactMap { name, value in value.map { (name: name, value: $0) } }
        var left = limit
        do {
            try await client.pages("/v1/audit", rows: "entries", filters, limit: min(max(1, limit), 500)) { entries in
                for entry in entries.prefix(left) {
                    if json { try Printing.json(entry) } else { Printing.line(Self.line(entry)) }
                }
                left -= entries.count
                if left <= 0 { throw Enough() }
            }
        } catch is Enough {
            return
        } catch {
            throw CommandFailure(error)
        }
    }

    /// As many lines as were asked for have been written.
    private struct Enough: Error {}

    private static func line(_ entry: JSONValue) -> String {
        let who = ["user", "agent", "key"].compactMap { noun in entry["\(noun)_id"].text.map { "\(noun):\($0)" } }
        let subjects = (entry["subjects"].elements ?? []).compactMap(\.text)
        let facts = [
            entry["created_at"].text ?? "", entry["action"].text ?? "", who.first ?? "service",
            entry["address"].text ?? "-", subjects.joined(separator: " "),
        ]
        return facts.joined(separator: "  ")
    }
}
