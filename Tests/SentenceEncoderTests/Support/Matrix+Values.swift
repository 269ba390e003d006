import SentenceEncoder

extension Matrix {
    /// A matrix of the given numbers, with `gap` unused ones after each row.
    init(_ rows: [[Float]], gap: Int = 0) {
        let columns = rows.first?.count ?? 0
        let storage = FloatStorage(count: rows.count * (columns + gap))
        self.init(storage: storage, rows: rows.count, columns: columns, stride: columns + gap)
        for (index, numbers) in rows.enumerated() {
            withRow(index) { row in
                for column in numbers.indices { row[column] = numbers[column] }
            }
        }
    }

    var values: [[Float]] {
        (0..<rows).map { index in
            withRow(index) { row in (0..<columns).map { row[$0] } }
        }
    }

    static func random(
        rows: Int,
        columns: Int,
        in range: ClosedRange<Float>,
        gap: Int = 0,
        using generator: inout SeededGenerator
    ) -> Matrix {
        Matrix(
            (0..<rows).map { _ in (0..<columns).map { _ in Float.random(in: range, using: &generator) } },
            gap: gap
        )
    }
}
