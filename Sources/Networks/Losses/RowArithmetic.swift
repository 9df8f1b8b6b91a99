/// Arithmetic on short rows, four numbers at a time.
enum RowArithmetic {
    /// Σ x·y
    @inline(__always)
    static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = SIMD4<Float>.zero
        var index = 0
        while index + 4 <= count {
            sum += four(x + index) * four(y + index)
            index += 4
        }
        var total = (sum[0] + sum[2]) + (sum[1] + sum[3])
        while index < count {
            total += x[index] * y[index]
            index += 1
        }
        return total
    }

    /// y += factor·x
    @inline(__always)
    static func add(
        _ factor: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        var index = 0
        while index + 4 <= count {
            let sum = four(y + index) + factor * four(x + index)
            UnsafeMutableRawPointer(y + index).storeBytes(of: sum, as: SIMD4<Float>.self)
            index += 4
        }
        while index < count {
            y[index] += factor * x[index]
            index += 1
        }
    }

    @inline(__always)
    private static func four(_ x: UnsafePointer<Float>) -> SIMD4<Float> {
        UnsafeRawPointer(x).loadUnaligned(as: SIMD4<Float>.self)
    }
}
