/// From one vector per token to one per text.
package enum Pooling {
    /// The mean of the rows, scaled to length 1 (sentence-transformers: mean pooling, then normalise).
    package static func sentenceVector(of states: Matrix) throws(SentenceEncoderError) -> [Float] {
        var sums = [Float](repeating: 0, count: states.columns)
        for row in 0..<states.rows {
            states.withRow(row) { numbers in
                for column in sums.indices { sums[column] += numbers[column] }
            }
        }
        // The length of the sum stands for that of the mean: dividing by the count first would change nothing.
        let square = sums.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard square.isFinite, square > 0 else {
            throw SentenceEncoderError(.nonFiniteVector, "a sentence vector has length \(square.squareRoot())")
        }
        let scale = Float(1 / square.squareRoot())
        for column in sums.indices { sums[column] *= scale }
        return sums
    }
}
