import ArgumentParser
import AsyncHTTPClient
import BenchmarkSupport
import Foundation

/// Measures a running service over HTTP with open-loop arrivals.
@main
struct ServiceBenchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ServiceBenchmarks",
        abstract: "Measures a running service over HTTP with open-loop arrivals."
    )

    @Option(help: "Where the service answers.")
    var url = "http://127.0.0.1:7474"

    @Option(help: "An API key; the variable MNEME_API_KEY otherwise.")
    var key: String?

    @Option(help: "The labelled questions to ask.")
    var questions = "data/questions.jsonl"

    @Option(help: "Requests a second.")
    var rate = 40.0

    @Option(help: "Seconds of load for each row.")
    var seconds = 30.0

    @Option(help: "Token budget of context packs.")
    var budget = 4000

    @Option(help: "Where to write the figures as JSON.")
    var json: String?

    func run() async throws {
        guard let key = key ?? ProcessInfo.processInfo.environment["MNEME_API_KEY"] else {
            throw ValidationError("No API key: pass --key or set MNEME_API_KEY.")
        }
        let asked = try Questions(contentsOf: questions)
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        let client = ServiceClient(http: http, base: url, key: key)
        let reports = await measure(client, asked)
        try await http.shutdown()

        print(LatencyReport.tableHeader)
        for report in reports { print(report.tableRow) }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(reports).write(to: URL(fileURLWithPath: json))
        }
        if reports.contains(where: { $0.failures > 0 }) { throw ExitCode.failure }
    }

    private func measure(_ client: ServiceClient, _ asked: Questions) async -> [LatencyReport] {
        let budget = budget
        let load = OpenLoop(rate: rate, count: Int(rate * seconds))
        let warmUp = OpenLoop(rate: rate, count: Int(rate * 3))
        _ = await warmUp.run("warm-up") { try await client.context(asked.unseen($0), tokenBudget: budget) }
        let context = await load.run("context query, query cache cold") {
            try await client.context(asked.unseen($0), tokenBudget: budget)
        }
        _ = await warmUp.run("warm-up") { try await client.searchMessages(asked.words($0)) }
        let messages = await load.run("message search") { try await client.searchMessages(asked.words($0)) }
        return [context, messages]
    }
}
