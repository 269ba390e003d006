internal import Foundation

/// One run of what is measured, by the wall clock and by the processor time of all threads.
struct BenchRun {
    let wall: Double
    let cpu: Double
}

extension BenchStopwatch {
    /// The time since it was made.
    var milliseconds: BenchRun { BenchRun(wall: seconds * 1000, cpu: cpuSeconds * 1000) }

    /// How much of `amount` was done in a second, and in a second of one processor.
    func rate(of amount: Int) -> BenchRun {
        BenchRun(wall: Double(amount) / seconds, cpu: Double(amount) / max(cpuSeconds, 1e-6))
    }
}

/// One measured quantity, as the values of its runs.
struct BenchFigure: Encodable {
    enum Unit: String, Encodable {
        case milliseconds = "ms"
        case textsPerSecond = "texts/s"
        case tokensPerSecond = "tokens/s"
    }

    let name: String
    let threads: Int
    let unit: Unit
    let median: Double
    /// The median by processor time, which other work on the machine hardly touches; rates are for one processor.
    let medianByCpu: Double
    let least: Double
    let most: Double
    let runs: Int

    /// Sums up at least one run.
    init(_ name: String, threads: Int, unit: Unit, runs: [BenchRun]) {
        let walls = runs.map(\.wall).sorted()
        self.name = name
        self.threads = threads
        self.unit = unit
        self.runs = runs.count
        median = Self.median(of: walls)
        medianByCpu = Self.median(of: runs.map(\.cpu).sorted())
        least = walls.first ?? 0
        most = walls.last ?? 0
    }

    private static func median(of sorted: [Double]) -> Double { sorted.isEmpty ? 0 : sorted[sorted.count / 2] }
}

/// What a benchmark prints.
struct BenchReport: Encodable {
    let machine: String
    /// Which kernels OpenBLAS was told to take.
    let blasKernels: String
    let figures: [BenchFigure]

    /// A table in Markdown.
    var table: String {
        var lines = [
            "Machine: \(machine). OpenBLAS kernels: \(blasKernels).",
            "",
            "| what | threads | unit | median | least | most | by processor time | runs |",
            "| --- | --: | --- | --: | --: | --: | --: | --: |",
        ]
        for figure in figures {
            let values = [figure.median, figure.least, figure.most, figure.medianByCpu].map(Self.rounded)
            let cells = [figure.name, "\(figure.threads)", figure.unit.rawValue] + values + ["\(figure.runs)"]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    private static func rounded(_ value: Double) -> String {
        value < 100 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
    }
}
