extension VectorIndex {
    /// Whether what was measured when the graph was built no longer suits the vectors, and `compact` should measure anew.
    ///
    /// They have doubled since, or a tenth of them or more have one huge component, or nothing was measured yet.
    public var isOutgrown: Bool {
        let contents = contents
        return isCalibrationOutgrown(contents) || areCodesOutgrown(contents)
    }

    /// What was measured; nil without a graph.
    package var calibration: WalkCalibration? { contents.graph?.calibration }

    /// Whether patience was measured on less than half of the vectors there are.
    func isCalibrationOutgrown(_ contents: IndexContents) -> Bool {
        guard let graph = contents.graph, canCalibrate(contents.store) else { return false }
        return contents.store.liveCount >= 2 * graph.calibration.vectorCount
    }

    /// Whether codes are of turned vectors.
    package var areCodesTurned: Bool { contents.codes?.isTurned ?? false }

    func areCodesOutgrown(_ contents: IndexContents) -> Bool {
        guard let codes = contents.codes, contents.graph != nil else { return false }
        return CodeTraining.isOutgrown(codes, vectorCount: contents.store.count)
    }

    private func canCalibrate(_ store: VectorStore) -> Bool {
        store.liveCount >= Self.leastVectors && !store.mayRepeatKeys && configuration.metric != .innerProduct
    }

    private static let samples = 256
    private static let neighbours = 10
    /// Fewer vectors than this are found whatever the patience.
    private static let leastVectors = 1_000
    private static let slacks: [Float] = [0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.13, 0.17, 0.22]

    /// Measures on a built graph how patience buys recall; the standard where there is too little to measure on.
    ///
    /// Queries lie off the vectors, so each sample is a vector moved by 0.45 of the way from another to a third: the share that
    /// a patience finds for these is about that for questions among sentences, over the whole curve (decision 6).
    func calibration(
        of contents: IndexContents,
        shouldContinue: () -> Bool
    ) throws(VectorSearchError) -> WalkCalibration {
        let store = contents.store
        guard canCalibrate(store) else { return .standard }
        let vectorCount = store.liveCount
        var state = configuration.graph.seed
        let samples = (0..<Self.samples).map { _ in sample(of: store, &state) }
        var found = [Int](repeating: 0, count: Self.slacks.count)
        try scratches.withScratch { scratch throws(VectorSearchError) in
            for sample in samples {
                guard shouldContinue() else { throw VectorSearchError(.cancelled, "the caller ended the build") }
                guard let scale = try? configuration.metric.scale(of: sample, dimension: configuration.dimension) else {
                    continue
                }
                scratch.setQuery(sample, scale: scale)
                var search = Search(
                    contents: contents,
                    k: Self.neighbours,
                    effort: Self.neighbours,
                    filter: nil,
                    scratch: scratch
                )
                let truth = Set(search.run(.exact).map(\.slot))
                for (place, slack) in Self.slacks.enumerated() {
                    search.slack = slack
                    found[place] += search.run(.graph).count { truth.contains($0.slot) }
                }
            }
        }
        let sought = Double(Self.samples * Self.neighbours)
        return WalkCalibration(
            zip(Self.slacks, found).map { WalkCalibration.Point(recall: Double($1) / sought, slack: $0) },
            vectorCount: vectorCount
        )
    }

    /// A vector off those there are, drawn by the generator's state.
    private func sample(of store: VectorStore, _ state: inout UInt64) -> [Float] {
        let handle = unsafe store.handle
        let count = UInt64(store.count)
        // Knuth's MMIX generator; its high bits are good.
        func draw() -> UInt32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32((state >> 33) % count)
        }
        let one = unsafe handle.row(draw())
        let other = unsafe handle.row(draw())
        let third = unsafe handle.row(draw())
        return (0..<store.dimension).map { unsafe one[$0] + 0.45 * (other[$0] - third[$0]) }
    }
}
