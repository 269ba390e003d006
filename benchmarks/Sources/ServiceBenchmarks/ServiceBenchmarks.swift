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

    @Option(help: "Whose items are written; a key that acts for nobody needs it.")
    var user: String?

    @Option(help: "The labelled questions to ask.")
    var questions = "data/questions.jsonl"

    @Option(parsing: .upToNextOption, help: "Requests a second; several are measured one after the other.")
    var rate = [40.0]

    @Option(help: "Seconds of load for each row.")
    var seconds = 30.0

    @Option(parsing: .upToNextOption, help: "What to ask: context, context-warm, messages, vector, indexed.")
    var ask: [Scenario] = [.context, .messages]

    @Option(help: "Items a second that are written beside it, to be embedded.")
    var writes = 0.0

    @Option(help: "Items a second that are written beside it, with vectors.")
    var vectorWrites = 0.0

    @Option(help: "The model of the vectors that are sent.")
    var model = "all-MiniLM-L6-v2"

    @Option(help: "The length of the vectors that are sent.")
    var dimensions = 384

    @Option(help: "Token budget of context packs.")
    var budget = 4000

    @Option(help: "Where to write the figures as JSON.")
    var json: String?

    @Option(help: "Where to draw the first row's latency against the rates, as SVG.")
    var svg: String?

    func validate() throws {
        guard rate.allSatisfy({ $0 > 0 }), !rate.isEmpty else { throw ValidationError("--rate must be positive.") }
        guard writes == 0 || vectorWrites == 0 else {
            throw ValidationError("--writes and --vector-writes are measured apart.")
        }
    }

    func run() async throws {
        guard let key = key ?? ProcessInfo.processInfo.environment["MNEME_API_KEY"] else {
            throw ValidationError("No API key: pass --key or set MNEME_API_KEY.")
        }
        let asked = try Questions(contentsOf: questions)
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        let client = ServiceClient(http: http, base: url, key: key, user: user)
        var reports: [LatencyReport] = []
        for scenario in ask {
            for rate in rate { reports += await measure(scenario, at: rate, client, asked) }
        }
        try await http.shutdown()

        print(LatencyReport.tableHeader)
        for report in reports { print(report.tableRow) }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(reports).write(to: URL(fileURLWithPath: json))
        }
        if let svg, let first = ask.first {
            let plot = LatencyPlot(title: first.title, reports: reports.filter { $0.name == first.title }, bound: 50)
            try Data(plot.svg.utf8).write(to: URL(fileURLWithPath: svg))
        }
        if reports.contains(where: { $0.failures > 0 }) { throw ExitCode.failure }
    }

    /// The rows of one scenario at one rate: its own, and that of the writes beside it.
    private func measure(
        _ scenario: Scenario,
        at rate: Double,
        _ client: ServiceClient,
        _ asked: Questions
    ) async -> [LatencyReport] {
        let vectors = RandomVectors(model: model, dimensions: dimensions)
        let budget = budget
        let request: @Sendable (Int) async throws -> Bool = { index in
            switch scenario {
            case .context: try await client.context(asked.unseen(index), tokenBudget: budget)
            case .contextWarm: try await client.context(asked.known(index), tokenBudget: budget)
            case .messages: try await client.searchMessages(asked.words(index))
            case .vector: try await client.nearest(vectors)
            case .indexed: try await client.writeIndexed(asked.unseen(index))
            }
        }
        let warmUp = OpenLoop(rate: rate, count: max(Int(rate * 3), scenario == .contextWarm ? Questions.few : 1))
        _ = await warmUp.run("warm-up", request)
        let writer = BackgroundWriter(
            client: client,
            questions: asked,
            rate: max(writes, vectorWrites),
            vectors: vectorWrites > 0 ? vectors : nil
        )
        let load = OpenLoop(rate: rate, count: Int(rate * seconds))
        let (report, beside) = await writer.during(seconds: seconds) { await load.run(scenario.title, request) }
        return [report] + (beside.map { [$0] } ?? [])
    }
}
