internal import Foundation

/// What `mneme bench vectors` found.
struct BenchVectorReport: Encodable {
    struct Row: Encodable {
        struct Point: Encodable {
            let target: Double
            let recall: Double
            let queriesPerSecond: Double
        }

        let form: BenchVectorForm
        let buildSeconds: Double
        let buildCpuSeconds: Double
        let bytesPerVector: Int
        let at90: Double?
        let at95: Double?
        let at99: Double?
        let points: [Point]
        let ratioOfTwoThreads: Double?
        let quietSearch: BenchVectorMeasurement.Latency?
        let searchWhileInserting: BenchVectorMeasurement.Latency?
        let insert: BenchVectorMeasurement.Latency?
        let snapshot: BenchVectorSnapshot?

        init(_ measurement: BenchVectorMeasurement) {
            form = measurement.form
            buildSeconds = measurement.buildSeconds
            buildCpuSeconds = measurement.buildCpuSeconds
            bytesPerVector = measurement.bytesPerVector
            at90 = measurement.rate(at: 0.9)
            at95 = measurement.rate(at: 0.95)
            at99 = measurement.rate(at: 0.99)
            points = measurement.points.map {
                Point(target: $0.target, recall: $0.recall, queriesPerSecond: $0.rate)
            }
            ratioOfTwoThreads = measurement.ratioOfTwoThreads
            quietSearch = measurement.quietSearch
            searchWhileInserting = measurement.searchWhileInserting
            insert = measurement.insert
            snapshot = measurement.snapshot
        }
    }

    let machine: String
    let vectors: Int
    let dimension: Int
    let queries: Int
    let buildThreads: Int
    let rows: [Row]

    /// A table in Markdown, and the figures under load below it.
    var table: String {
        var lines = [
            "Machine: \(machine). \(vectors) x \(dimension), \(queries) queries, builds on \(buildThreads) threads.",
            "",
            "| form | queries/s at 0.90 | at 0.95 | at 0.99 | build s | processor s | bytes a vector beyond the rows |",
            "| --- | --: | --: | --: | --: | --: | --: |",
        ]
        for row in rows {
            let rates = [row.at90, row.at95, row.at99].map { $0.map { "\(Int($0.rounded()))" } ?? "-" }
            let builds = [row.buildSeconds, row.buildCpuSeconds].map { Self.rounded($0, 10) }
            let cells = [row.form.rawValue] + rates + builds + ["\(row.bytesPerVector)"]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        for row in rows { lines += Self.targets(of: row) + Self.load(of: row) + Self.snapshot(of: row) }
        return lines.joined(separator: "\n")
    }

    /// What a `recallTarget` found, so that targets that are over- or undershot show.
    private static func targets(of row: Row) -> [String] {
        guard row.points.count > 1 else { return [] }
        return ["", "| \(row.form.rawValue): target | found | queries/s |", "| --: | --: | --: |"]
            + row.points.map { point in
                "| \(point.target) | \(rounded(point.recall, 10_000)) | \(Int(point.queriesPerSecond.rounded())) |"
            }
    }

    private static func load(of row: Row) -> [String] {
        guard let ratio = row.ratioOfTwoThreads, let quiet = row.quietSearch, let busy = row.searchWhileInserting,
            let insert = row.insert
        else { return [] }
        return [
            "",
            "| \(row.form.rawValue), target 0.95 | |",
            "| --- | --: |",
            "| two threads against one | \(rounded(ratio, 100)) |",
            "| search p50, p99 | \(rounded(quiet.p50, 1000)), \(rounded(quiet.p99, 1000)) ms |",
            "| search p50, p99 while another thread inserts | "
                + "\(rounded(busy.p50, 1000)), \(rounded(busy.p99, 1000)) ms |",
            "| insert p50, p99 | \(rounded(insert.p50, 1000)), \(rounded(insert.p99, 1000)) ms |",
        ]
    }

    private static func snapshot(of row: Row) -> [String] {
        guard let snapshot = row.snapshot else { return [] }
        return [
            "| snapshot: bytes a vector | \(snapshot.bytesPerVector) |",
            "| snapshot: save | \(rounded(snapshot.saveMilliseconds, 1)) ms |",
            "| snapshot: load, processor time | "
                + "\(rounded(snapshot.loadMilliseconds, 10)), \(rounded(snapshot.loadCpuMilliseconds, 10)) ms |",
        ]
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard FileManager.default.createFile(atPath: path, contents: try encoder.encode(self)) else {
            throw BenchFailure("\(path) cannot be written")
        }
    }

    private static func rounded(_ value: Double, _ places: Double) -> String {
        "\((value * places).rounded() / places)"
    }
}
