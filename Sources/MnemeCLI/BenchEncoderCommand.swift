internal import ArgumentParser
internal import Foundation
internal import SentenceEncoder

/// `mneme bench encoder`: how fast texts become vectors.
struct BenchEncoderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoder",
        abstract: "Measure the local encoder: single queries, and texts in bulk."
    )

    @OptionGroup var model: BenchModelOptions

    @Option(help: "Threads of the bulk rows beside one.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Texts of a bulk run.")
    var texts = 256

    @Option(help: "Runs of each row; the median is shown.")
    var runs = 5

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard threads > 0, texts > 0, runs > 0 else {
            throw ValidationError("--threads, --texts and --runs are 1 or more")
        }
    }

    func run() throws {
        do {
            try measure()
        } catch {
            throw CommandFailure(error)
        }
    }

    private func measure() throws {
        let stopwatch = BenchStopwatch()
        let encoder = try model.encoder()
        let opening = stopwatch.milliseconds
        var figures = [
            BenchFigure("opening the model", threads: 1, unit: .milliseconds, runs: [opening])
        ]
        let texts = try BenchTexts(folder: model.data)
        for tokens in [16, 44, 128] {
            figures.append(try single(texts, tokens: tokens, encoder))
        }
        for threads in Set([1, threads]).sorted() {
            figures.append(try bulk(texts, tokens: 44, threads: threads, encoder))
        }
        figures.append(try mixed(texts, encoder))

        let report = BenchReport(
            machine: BenchProcess.machine,
            blasKernels: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] ?? "as found",
            figures: figures
        )
        print(json ? try report.json() : report.table)
    }

    /// One text after another on one thread, as queries come.
    private func single(_ texts: BenchTexts, tokens: Int, _ encoder: SentenceEncoder) throws -> BenchFigure {
        let queries = try texts.runs(tokens: tokens, count: 50, encoder: encoder)
        _ = try encoder.encode(Array(queries.prefix(10)))
        var measured: [BenchRun] = []
        for _ in 0..<runs {
            for query in queries {
                let stopwatch = BenchStopwatch()
                _ = try encoder.encode([query])
                measured.append(stopwatch.milliseconds)
            }
        }
        return BenchFigure("one text of \(tokens) tokens", threads: 1, unit: .milliseconds, runs: measured)
    }

    private func bulk(
        _ texts: BenchTexts,
        tokens: Int,
        threads: Int,
        _ encoder: SentenceEncoder
    ) throws -> BenchFigure {
        let batch = try texts.runs(tokens: tokens, count: self.texts, encoder: encoder)
        let measured = try rates(of: batch, threads: threads, amount: batch.count, encoder)
        return BenchFigure("texts of \(tokens) tokens in bulk", threads: threads, unit: .textsPerSecond, runs: measured)
    }

    /// The sample workspace's own texts, of every length.
    private func mixed(_ texts: BenchTexts, _ encoder: SentenceEncoder) throws -> BenchFigure {
        let batch = Array(texts.contents.prefix(self.texts))
        let tokens = batch.reduce(0) { $0 + encoder.countTokens($1).count }
        let measured = try rates(of: batch, threads: threads, amount: tokens, encoder)
        return BenchFigure("the sample's texts in bulk", threads: threads, unit: .tokensPerSecond, runs: measured)
    }

    private func rates(
        of batch: [String],
        threads: Int,
        amount: Int,
        _ encoder: SentenceEncoder
    ) throws -> [BenchRun] {
        _ = try encoder.encode(Array(batch.prefix(32)), threads: threads)
        return try (0..<runs).map { _ in
            let stopwatch = BenchStopwatch()
            _ = try encoder.encode(batch, threads: threads)
            return stopwatch.rate(of: amount)
        }
    }
}

/// Where the encoder's files and the texts are.
struct BenchModelOptions: ParsableArguments {
    @Option(help: "The folder with model.safetensors and vocab.txt (default: MNEME_MODEL_DIR, or the one of ./.mneme).")
    var modelDir: String?

    @Option(help: "The folder with the sample workspace.")
    var data = "data"

    func encoder() throws -> SentenceEncoder {
        let folder = modelDir ?? ProcessInfo.processInfo.environment["MNEME_MODEL_DIR"]
        return try SentenceEncoder(modelDirectory: folder ?? ".mneme/models/all-MiniLM-L6-v2")
    }
}
