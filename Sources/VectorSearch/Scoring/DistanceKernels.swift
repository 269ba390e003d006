package import CVectorKernels

/// One instruction set's distance functions: a constant table of pure C functions.
@safe
package struct DistanceKernels: @unchecked Sendable {
    // @unchecked: the table is constant and points to static text and code only.
    private let table: cvk_distance_kernels

    /// The fastest set of this processor.
    package static let best = unsafe DistanceKernels(table: cvk_distance_kernels_best().pointee)

    private init(table: cvk_distance_kernels) { unsafe self.table = unsafe table }

    /// One set by name, or nil where this processor lacks it.
    package init?(_ set: cvk_instruction_set) {
        guard let table = unsafe cvk_distance_kernels_for(set) else { return nil }
        unsafe self.table = unsafe table.pointee
    }

    package var name: String { unsafe String(cString: table.name) }

    func handle(for metric: Metric) -> UnsafeHandle { unsafe UnsafeHandle(table: table, metric: metric) }

    /// The functions for one metric, as distances: less is nearer.
    @unsafe
    package struct UnsafeHandle {
        private let pairFunction: cvk_pair_f32
        private let rowsFunction: cvk_rows_f32
        /// -1 turns a dot product into a distance.
        private let sign: Float

        init(table: cvk_distance_kernels, metric: Metric) {
            switch metric {
            case .cosine, .innerProduct:
                unsafe pairFunction = unsafe table.dot
                unsafe rowsFunction = unsafe table.dot_rows
                unsafe sign = -1
            case .euclidean:
                unsafe pairFunction = unsafe table.squared_l2
                unsafe rowsFunction = unsafe table.squared_l2_rows
                unsafe sign = 1
            }
        }

        @inline(__always)
        package func pair(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> Float {
            unsafe sign * pairFunction(a, b, dimension)
        }

        /// Writes the distances of `count` rows to `distances`.
        @inline(__always)
        package func rows(
            _ query: UnsafePointer<Float>,
            _ rows: UnsafePointer<UnsafePointer<Float>>,
            count: Int,
            _ dimension: Int,
            into distances: UnsafeMutablePointer<Float>
        ) {
            unsafe rowsFunction(query, rows, count, dimension, distances)
            for index in 0..<count { unsafe distances[index] *= sign }
        }
    }
}
