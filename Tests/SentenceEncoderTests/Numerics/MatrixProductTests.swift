import SentenceEncoder
import Testing

struct MatrixProductTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func productsEqualTheSumsOfProducts(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func size() -> Int { Int.random(in: 1...40, using: &generator) }
        let (rows, inner, outer) = (size(), size(), size())
        let adding = Bool.random(using: &generator)
        let left = Matrix.random(rows: rows, columns: inner, in: -1...1, gap: 3, using: &generator)
        let stored = Matrix.random(rows: inner, columns: outer, in: -1...1, gap: 1, using: &generator)
        let transposed = Matrix((0..<outer).map { column in stored.values.map { $0[column] } }, gap: 2)
        let start = Matrix.random(rows: rows, columns: outer, in: -1...1, using: &generator).values
        let expected = (0..<rows).map { row in
            (0..<outer).map { column in
                (0..<inner).reduce(adding ? Double(start[row][column]) : 0) {
                    $0 + Double(left.values[row][$1]) * Double(stored.values[$1][column])
                }
            }
        }
        for (right, side) in [(stored, MatrixProduct.RightSide.asStored), (transposed, .transposed)] {
            let result = Matrix(start, gap: 4)
            MatrixProduct.multiply(left, right, side, into: result, adding: adding)
            for (found, wanted) in zip(result.values.joined(), expected.joined()) {
                #expect(abs(Double(found) - wanted) < 1e-5)
            }
        }
    }

    @Test func aWindowSharesTheNumbersOfItsMatrix() {
        let matrix = Matrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        let window = matrix.window(rows: 1..<3, columns: 1..<3)
        #expect(window.values == [[5, 6], [8, 9]])
        window.withRow(0) { $0[0] = 50 }
        #expect(matrix.values == [[1, 2, 3], [4, 50, 6], [7, 8, 9]])
    }
}
