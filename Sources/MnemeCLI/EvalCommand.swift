internal import ArgumentParser
internal import Foundation
internal import Logging
internal import MemoryModel
internal import ServiceAssembly
internal import Synchronization

/// `mneme eval`: how well memory is found, on a labelled task.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure on a labelled task how well memory is found.",
        discussion: """
            Loads the task's corpus.jsonl into a workspace of its own, asks every question of its queries.jsonl through \
            the HTTP API, and prints the measures. docs/evaluation.md describes the files and the measures. Without \
            --url a temporary service is started, and removed at the end unless --data-dir names where to keep it.
            """
    )

    @Option(help: "The folder with corpus.jsonl and queries.jsonl.")
    var task: String

    @Option(help: ArgumentHelp("Where to write the run: the ids found for each question.", valueName: "run.jsonl"))
    var out: String?

    @Option(
        help: ArgumentHelp("Where to write the signals of what was found, for fitting.", valueName: "signals.jsonl")
    )
    var signals: String?

    @Option(help: "A running service to measure, instead of a temporary one.")
    var url: String?

    @Option(help: "A key of that service that manages an otherwise empty workspace and acts for nobody.")
    var key: String?

    @Flag(help: "Find by words alone: the temporary service has no encoder.")
    var noModel = false

    @Option(
        help: ArgumentHelp("Fail where a measure is below this; may come several times.", valueName: "measure=percent")
    )
    var floor: [String] = []

    @OptionGroup var settings: SettingOptions

    func validate() throws {
        guard (url == nil) == (key == nil) else { throw ValidationError("--url and --key go together") }
        guard url == nil || !noModel else { throw ValidationError("--no-model is for a temporary service") }
        _ = try floors()
    }

    func run() async throws {
        do {
            let task = try EvaluationTask(folder: task)
            let answers = Mutex<[EvaluationAnswer]>([])
            let folder = self.task
            let progress = ProgressBar.onStandardError("eval")
            try await withService { client in
                let run = EvaluationRun(client: client, task: task, folder: folder)
                let found = try await run.run(progress: progress)
                answers.withLock { $0 = found }
            }
            let found = answers.withLock { $0 }
            if let out { try found.runFile.write(toFile: out, atomically: true, encoding: .utf8) }
            if let signals { try found.signalsFile.write(toFile: signals, atomically: true, encoding: .utf8) }
            try report(EvaluationScorer(task).summary(of: found), found)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func withService(_ body: @escaping @Sendable (ServiceClient) async throws -> Void) async throws {
        if let url, let key {
            return try await body(try ServiceClient(url: url, key: Secret(text: key), patience: .seconds(60)))
        }
        // Of the operator's own database nothing is touched.
        let environment = ProcessInfo.processInfo.environment.filter {
            !["DATABASE_URL", "MNEME_DATABASE_URL"].contains($0.key)
        }
        let kept = settings.dataDir
        var settings = settings
        var random = SystemRandomNumberGenerator()
        let usual = try await settings.configuration(environment: environment)
        if kept == nil {
            let name = "mneme-eval-\(UInt32.random(in: 0...UInt32.max, using: &random))"
            settings.dataDir = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
            if usual.embedding.modelFolder == nil {
                settings.others.append("modelDir=\(usual.modelFolder)")
            }
        }
        settings.host = settings.host ?? "127.0.0.1"
        if settings.port == nil { settings.port = String(try await TemporaryService.freePort(using: &random)) }
        settings.logLevel = settings.logLevel ?? "warning"
        if noModel { settings.others.append("embedding.provider=none") }
        let configuration = try await settings.configuration(environment: environment)
        try await TemporaryService(
            configuration: configuration,
            environment: try settings.inherited(environment),
            removesData: kept == nil,
            logger: .standardError(label: "mneme", level: configuration.logLevel)
        ).run(body)
    }

    private func report(_ summary: EvaluationScorer.Summary, _ answers: [EvaluationAnswer]) throws {
        Printing.line(Self.row("", EvaluationMeasures.names))
        for category in summary.categories { Printing.line(Self.row(category.name, category.measures)) }
        Printing.line(Self.row("overall", summary.overall))
        if let current = summary.current {
            Printing.line("current value above every superseded one: \(Self.percent(current)) %")
        }
        let times = answers.compactMap(\.milliseconds).sorted()
        if !times.isEmpty {
            let (middle, late) = (times[times.count / 2], times[times.count * 99 / 100])
            Printing.line("server time: p50 \(Self.tenth(middle)) ms, p99 \(Self.tenth(late)) ms")
        }
        for (name, least) in try floors() where (summary.overall[name] ?? 0) * 100 < least {
            throw CommandFailure("\(name) is \(Self.percent(summary.overall[name] ?? 0)), below its floor of \(least)")
        }
    }

    private func floors() throws -> [(name: String, least: Double)] {
        try floor.map { text in
            let parts = text.split(separator: "=").map(String.init)
            guard parts.count == 2, EvaluationMeasures.names.contains(parts[0]), let least = Double(parts[1]) else {
                throw ValidationError(
                    "--floor is such as R@10=80, of \(EvaluationMeasures.names.joined(separator: ", "))"
                )
            }
            return (parts[0], least)
        }
    }

    private static func row(_ name: String, _ measures: EvaluationMeasures) -> String {
        row("\(name) (\(measures.count))", measures.values.map(percent))
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let pad = { (text: String, width: Int) in String(repeating: " ", count: max(0, width - text.count)) }
        return name + pad(name, 24) + cells.map { pad($0, 9) + $0 }.joined()
    }

    private static func percent(_ value: Double) -> String { tenth(value * 100) }

    private static func tenth(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
