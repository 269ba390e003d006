/// What codes learn from a sample of the vectors: whether to turn them first.
///
/// A step of an 8-bit code is 1/127 of a vector's largest component. Where one component stands far out, the others get few steps;
/// a rotation spreads it over all (decision 11). Vectors without such components are coded as they are, which spares each query the rotation.
enum CodeTraining {
    private static let sampleCount = 512
    /// A component so many times as large as the root mean square is one that stands far out; normally distributed ones reach 4.
    private static let farOut: Float = 8
    /// Of the vectors, the share with such components from which on all are turned: 1 in so many.
    private static let sampledPerMisfit = 20
    private static let codedPerMisfit = 10
    private static let leastMisfits = 64

    /// Whether one of a vector's components stands far out.
    static func isMisfit(_ row: UnsafePointer<Float>, dimension: Int) -> Bool {
        var squares = SIMD16<Float>()
        var largest = SIMD16<Float>()
        let vector = unsafe UnsafeRawPointer(row)
        var index = 0
        while index + 16 <= dimension {
            let part = unsafe vector.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
            let partSquares = part * part
            squares += partSquares
            largest.replace(with: partSquares, where: partSquares .> largest)
            index += 16
        }
        var sum = squares.sum()
        var most = largest.max()
        while index < dimension {
            let square = unsafe row[index] * row[index]
            sum += square
            most = max(most, square)
            index += 1
        }
        return isFarOut(most, among: sum, dimension: dimension)
    }

    /// Whether the square of a vector's largest component stands far out among the sum of all squares.
    static func isFarOut(_ largest: Float, among squares: Float, dimension: Int) -> Bool {
        largest * Float(dimension) > farOut * farOut * squares
    }

    /// Whether so many of a sample stand out that all are to be turned.
    static func isTurningWorthwhile(on store: VectorStore, slotCount: Int) -> Bool {
        let handle = unsafe store.handle
        var sampled = 0
        var misfits = 0
        for slot in stride(from: 0, to: slotCount, by: max(1, slotCount / sampleCount)) {
            guard unsafe handle.isLive(UInt32(slot)) else { continue }
            sampled += 1
            if unsafe isMisfit(handle.row(UInt32(slot)), dimension: store.dimension) { misfits += 1 }
        }
        return misfits * sampledPerMisfit > sampled
    }

    /// Whether so many vectors were coded that stand out that the choice should be made again.
    static func isOutgrown(_ codes: CodeStore, vectorCount: Int) -> Bool {
        !codes.isTurned && codes.misfitCount >= leastMisfits && codes.misfitCount * codedPerMisfit > vectorCount
    }
}

extension CodeStore {
    /// The codes that a configuration asks for, in the way that suits the slots of a store below `slotCount`; without any yet.
    static func trained(
        on store: VectorStore,
        slotCount: Int,
        _ configuration: VectorIndexConfiguration
    ) -> CodeStore? {
        guard let form = configuration.codes.form else { return nil }
        let isTurned = form == .int4 || CodeTraining.isTurningWorthwhile(on: store, slotCount: slotCount)
        return CodeStore(
            form,
            dimension: configuration.dimension,
            metric: configuration.metric,
            isTurned: isTurned
        )
    }
}
