import CVectorKernels

/// Memory for one query as it is compared with codes; owned until `deallocate`.
@unsafe
struct CodeQueryMemory {
    let query: UnsafeMutablePointer<cvk_code_query>
    let components: UnsafeMutablePointer<Int8>
    let rotated: UnsafeMutablePointer<Float>

    init(dimension: Int) {
        // Whole blocks of either form, each on a cache line of its own.
        let length = (dimension + 127) & ~127
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 64)
        unsafe components = unsafe bytes.bindMemory(to: Int8.self, capacity: length)
        unsafe components.initialize(repeating: 0, count: length)
        unsafe rotated = .allocate(capacity: dimension)
        unsafe query = .allocate(capacity: 1)
        unsafe query.initialize(to: cvk_code_query(components: components, blocks: 0, sum: 0, scale: 0, bias: 0))
    }

    func deallocate() {
        unsafe query.deallocate()
        unsafe components.deallocate()
        unsafe rotated.deallocate()
    }
}
