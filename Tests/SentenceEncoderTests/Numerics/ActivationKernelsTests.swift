import SentenceEncoder
import Testing

/// Every instruction set of this machine against the scalar kernels, which use libm and double sums.
struct ActivationKernelsTests {
    typealias InstructionSet = ActivationKernels.InstructionSet

    /// What this machine runs; the scalar kernels are always among it.
    static let sets = InstructionSet.allCases.filter { ActivationKernels($0) != nil }

    @Test func theBestKernelsAreVectorKernels() throws {
        #if arch(x86_64) || arch(arm64)
        #expect(ActivationKernels.best.instructionSet != .scalar)
        #endif
        for set in Self.sets { #expect(ActivationKernels(set)?.instructionSet == set) }
    }

    @Test(arguments: sets)
    func biasIsAddedExactly(set: InstructionSet) throws {
        try compare(set, in: -100...100, relative: 0, absolute: 0) { kernels, x, y, _ in kernels.addBias(y, to: x) }
    }

    @Test(arguments: sets)
    func geluIsWithinAMillionth(set: InstructionSet) throws {
        for range: ClosedRange<Float> in [-0.01...0.01, -4...4, -60...60] {
            try compare(set, in: range, relative: 4e-7, absolute: 1.2e-6) { kernels, x, y, _ in
                kernels.addBiasThenGELU(y, to: x)
            }
        }
    }

    @Test(arguments: sets)
    func normalizedRowsAreWithinAHundredThousandth(set: InstructionSet) throws {
        try compare(set, in: -10...10, relative: 1e-5, absolute: 1e-5) { kernels, x, y, z in
            kernels.addBiasThenNormalize(y, to: x, by: LayerNorm(gain: z, shift: y, epsilon: 1e-6))
        }
    }

    @Test(arguments: sets)
    func softmaxIsWithinAMillionth(set: InstructionSet) throws {
        for range: ClosedRange<Float> in [-1...1, -30...30, -1000...1000] {
            try compare(set, in: range, relative: 2e-6, absolute: 1e-12) { kernels, x, _, _ in
                kernels.softmax(x, scale: 0.25)
            }
        }
    }

    @Test(arguments: sets)
    func softmaxRowsSumToOne(set: InstructionSet) throws {
        let kernels = try #require(ActivationKernels(set))
        var generator = SeededGenerator(seed: 5)
        for columns in 1...130 {
            let x = Matrix.random(rows: 2, columns: columns, in: -50...50, using: &generator)
            kernels.softmax(x, scale: 1)
            for row in x.values { #expect(abs(row.reduce(0, +) - 1) < 1e-5) }
        }
    }

    /// Runs `step` with the set's kernels and with the scalar ones, over rows of 1 to 130 numbers; what lies between
    /// the rows must stay as it is.
    private func compare(
        _ set: InstructionSet,
        in range: ClosedRange<Float>,
        relative: Float,
        absolute: Float,
        _ step: (ActivationKernels, Matrix, _ y: Matrix, _ z: Matrix) -> Void
    ) throws {
        let kernels = try #require(ActivationKernels(set))
        let scalar = try #require(ActivationKernels(.scalar))
        var generator = SeededGenerator(seed: 1)
        for columns in 1...130 {
            let gap = columns % 5
            let whole = Matrix.random(rows: 3, columns: columns + gap, in: range, using: &generator)
            let y = Matrix.random(rows: 1, columns: columns, in: -1...1, using: &generator)
            let z = Matrix.random(rows: 1, columns: columns, in: 0.5...2, using: &generator)
            let other = Matrix(whole.values)
            step(kernels, whole.window(rows: 0..<3, columns: 0..<columns), y, z)
            step(scalar, other.window(rows: 0..<3, columns: 0..<columns), y, z)
            let worst =
                zip(whole.values.joined(), other.values.joined()).map { found, expected in
                    abs(found - expected) - relative * abs(expected)
                }.max() ?? 0
            #expect(worst <= absolute, "\(set) with \(columns) columns in \(range)")
            for (row, expected) in zip(whole.values, other.values) {
                #expect(row.dropFirst(columns) == expected.dropFirst(columns))
            }
        }
    }
}
