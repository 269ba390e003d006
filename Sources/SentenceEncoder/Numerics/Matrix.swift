/// A row-major window of a `FloatStorage`: copying it copies the view, not the numbers.
package struct Matrix: Sendable {
    package let storage: FloatStorage
    /// The place of the first number in the storage.
    package let start: Int
    package let rows: Int
    package let columns: Int
    /// The distance from one row to the next.
    package let stride: Int

    package init(storage: FloatStorage, start: Int = 0, rows: Int, columns: Int, stride: Int? = nil) {
        self.storage = storage
        self.start = start
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
        precondition(rows >= 0 && columns >= 0 && columns <= self.stride)
        precondition(rows == 0 || start + (rows - 1) * self.stride + columns <= storage.count, "outside the storage")
    }

    /// A matrix with memory of its own, all zero.
    package init(rows: Int, columns: Int) {
        self.init(storage: FloatStorage(count: rows * columns), rows: rows, columns: columns)
    }

    /// The window of the given rows and columns (all columns by default).
    package func window(rows: Range<Int>, columns: Range<Int>? = nil) -> Matrix {
        let columns = columns ?? 0..<self.columns
        precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows outside the matrix")
        precondition(columns.lowerBound >= 0 && columns.upperBound <= self.columns, "columns outside the matrix")
        return Matrix(
            storage: storage,
            start: start + rows.lowerBound * stride + columns.lowerBound,
            rows: rows.count,
            columns: columns.count,
            stride: stride
        )
    }

    /// The address of the first number, checked for the whole window.
    @inline(__always)
    var address: UnsafeMutablePointer<Float> {
        unsafe storage.address(start, length: rows == 0 ? 0 : (rows - 1) * stride + columns)
    }

    /// Calls `body` with the numbers of one row.
    @inline(__always)
    package func withRow<R>(_ row: Int, _ body: (inout MutableSpan<Float>) -> R) -> R {
        precondition(row >= 0 && row < rows, "row outside the matrix")
        let numbers = unsafe UnsafeMutableBufferPointer(
            start: storage.address(start + row * stride, length: columns),
            count: columns
        )
        var span = unsafe MutableSpan(_unsafeElements: numbers)
        return body(&span)
    }

    /// Copies the given rows into the columns of `target`.
    package func copyTransposed(_ rows: Range<Int>, to target: Matrix) {
        let source = window(rows: rows)
        precondition(target.rows == columns && target.columns == rows.count, "shapes differ")
        let from = unsafe source.address
        let into = unsafe target.address
        for column in 0..<columns {
            for row in 0..<rows.count {
                unsafe into[column * target.stride + row] = unsafe from[row * stride + column]
            }
        }
    }
}
