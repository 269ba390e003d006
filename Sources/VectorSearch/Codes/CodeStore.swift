package import CVectorKernels
import Synchronization

/// The codes of an index's vectors, by slot.
///
/// A slot's code is a function of its row, and of whether the store turns its vectors first (`CodeTraining`). It is written once:
/// before the slot is published, or before the graph is.
@safe
package final class CodeStore: Sendable {
    package let form: CodeForm
    package let dimension: Int
    let metric: Metric
    private let records: SlotMemory
    private let rotation: CodeRotation?
    private let kernels: CodeKernels
    /// Vectors that would have been coded better turned.
    private let misfits = Atomic<Int>(0)

    /// Codes of 4 bits are always of turned vectors.
    package init(
        _ form: CodeForm,
        dimension: Int,
        metric: Metric,
        isTurned: Bool = false,
        kernels: CodeKernels = .best
    ) {
        self.form = form
        self.dimension = dimension
        self.metric = metric
        self.kernels = kernels
        records = SlotMemory(stride: form.recordByteCount(dimension: dimension))
        rotation = form == .int4 || isTurned ? CodeRotation(dimension: dimension) : nil
    }

    /// Whether vectors are turned before they are coded.
    package var isTurned: Bool { rotation != nil }
    /// How many vectors were coded that would have been coded better turned.
    package var misfitCount: Int { misfits.load(ordering: .relaxed) }

    /// Turns a dot product into a distance.
    private var distanceFactor: Float { metric == .euclidean ? -2 : -1 }

    /// Makes room for slots below `slotCount`.
    package func reserve(slotCount: Int) throws(VectorSearchError) { try records.reserve(slotCount: slotCount) }

    /// Writes a slot's code; `reserve` has made room for it.
    package func encode(_ row: UnsafePointer<Float>, as slot: UInt32) {
        let record = unsafe records.handle.record(slot).assumingMemoryBound(to: UInt8.self)
        let bias = unsafe bias(of: row)
        guard let rotation else {
            unsafe encode(turned: row, bias, in: record)
            if unsafe isMisfit(row, bias: bias, record) { misfits.add(1, ordering: .relaxed) }
            return
        }
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { turned in
            guard let turned = turned.baseAddress else { return }
            unsafe turned.update(from: row, count: dimension)
            unsafe rotation.rotate(turned)
            unsafe encode(turned: turned, bias, in: record)
        }
    }

    private func encode(turned row: UnsafePointer<Float>, _ bias: Float, in record: UnsafeMutablePointer<UInt8>) {
        switch form {
        case .int8: unsafe kernels.encodeInt8(row, dimension, distanceFactor, bias, record)
        case .int4: unsafe cvk_encode_int4(row, dimension, distanceFactor, bias, record)
        }
    }

    /// Whether a vector would have been coded better turned; where its length is known, its 8-bit record tells.
    private func isMisfit(_ row: UnsafePointer<Float>, bias: Float, _ record: UnsafeMutablePointer<UInt8>) -> Bool {
        guard form == .int8, metric != .innerProduct else {
            return unsafe CodeTraining.isMisfit(row, dimension: dimension)
        }
        let end = form.recordByteCount(dimension: dimension) - 2 * MemoryLayout<Float>.stride
        let factor = unsafe UnsafeRawPointer(record).loadUnaligned(fromByteOffset: end, as: Float.self)
        let largest = 127 * factor / distanceFactor
        let squares = metric == .cosine ? 1 : bias
        return CodeTraining.isFarOut(largest * largest, among: squares, dimension: dimension)
    }

    /// What a distance holds of one vector alone: its squared length where the metric is Euclidean.
    private func bias(of row: UnsafePointer<Float>) -> Float {
        guard metric == .euclidean else { return 0 }
        var squares = 0.0
        for index in 0..<dimension { unsafe squares += Double(row[index]) * Double(row[index]) }
        return Float(squares)
    }

    /// Makes a query of a vector, ready to be compared with codes.
    func setQuery(_ vector: UnsafePointer<Float>, in memory: CodeQueryMemory) {
        unsafe memory.rotated.update(from: vector, count: dimension)
        unsafe rotation?.rotate(memory.rotated)
        unsafe kernels.makeQuery(memory.rotated, dimension, form.blockLength, memory.components, memory.query)
        unsafe memory.query.pointee.bias = unsafe bias(of: vector)
    }

    /// The distances from a vector to coded slots; less is nearer.
    package func distances(from vector: [Float], to slots: [UInt32]) -> [Float] {
        let memory = unsafe CodeQueryMemory(dimension: dimension)
        defer { unsafe memory.deallocate() }
        unsafe setQuery(vector, in: memory)
        var distances = [Float](repeating: 0, count: slots.count)
        let handle = unsafe self.handle
        unsafe handle.function(memory.query, handle.kernelRecords, slots, slots.count, &distances)
        return distances
    }

    package var handle: UnsafeHandle {
        unsafe UnsafeHandle(
            records: records.handle,
            function: kernels.function(for: form),
            form: form,
            dimension: dimension,
            distanceFactor: distanceFactor
        )
    }

    /// Reads codes without checks; valid while its `CodeStore` lives.
    @unsafe
    package struct UnsafeHandle {
        let records: SlotMemory.UnsafeHandle
        let function: cvk_code_rows
        let form: CodeForm
        let dimension: Int
        let distanceFactor: Float

        /// Where the kernels find a slot's record.
        @inline(__always)
        var kernelRecords: cvk_records { unsafe cvk_records(bases: records.bases, stride: Int(records.stride)) }

        @inline(__always)
        func record(_ slot: UInt32) -> UnsafePointer<UInt8> {
            unsafe UnsafePointer(records.record(slot).assumingMemoryBound(to: UInt8.self))
        }

        /// Makes a query of a slot's code.
        func setQuery(_ slot: UInt32, in memory: CodeQueryMemory) {
            let record = unsafe record(slot)
            switch unsafe form {
            case .int8:
                unsafe cvk_query_from_int8(record, dimension, distanceFactor, memory.components, memory.query)
            case .int4:
                unsafe cvk_query_from_int4(record, dimension, distanceFactor, memory.components, memory.query)
            }
            unsafe memory.query.pointee.bias = unsafe squaredLength(of: record)
        }

        /// The bias at a record's end.
        private func squaredLength(of record: UnsafePointer<UInt8>) -> Float {
            let end = unsafe form.recordByteCount(dimension: dimension)
            return unsafe UnsafeRawPointer(record).loadUnaligned(
                fromByteOffset: end - MemoryLayout<Float>.stride,
                as: Float.self
            )
        }
    }
}

/// One instruction set's functions on codes.
@safe
package struct CodeKernels: @unchecked Sendable {
    // @unchecked: the table is constant and points to static text and code only.
    private let table: cvk_code_kernels

    /// The fastest set of this processor.
    package static let best = unsafe CodeKernels(table: cvk_code_kernels_best().pointee)

    private init(table: cvk_code_kernels) { unsafe self.table = unsafe table }

    /// One set by name, or nil where this processor lacks it.
    package init?(_ set: cvk_instruction_set) {
        guard let table = unsafe cvk_code_kernels_for(set) else { return nil }
        unsafe self.table = unsafe table.pointee
    }

    package func function(for form: CodeForm) -> cvk_code_rows {
        switch form {
        case .int8: unsafe table.int8_rows
        case .int4: unsafe table.int4_rows
        }
    }

    fileprivate var encodeInt8: cvk_encode { unsafe table.encode_int8 }
    fileprivate var makeQuery: cvk_make_query { unsafe table.make_query }
}

extension CodeStore {
    /// Codes a store's slots of a range; `reserve` has made room for them.
    func encodeAll(of store: VectorStore, in slots: Range<Int>) {
        let handle = unsafe store.handle
        for slot in slots { unsafe encode(handle.row(UInt32(slot)), as: UInt32(slot)) }
    }
}
