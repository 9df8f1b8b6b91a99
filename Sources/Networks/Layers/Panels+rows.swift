import CKernels

extension Panels {
    /// A row-major copy.
    func rows(in pass: Pass) -> UnsafeMutablePointer<Float> {
        let copy = pass.take(Float.self, rows * features)
        pass.kernels.panels_to_rows(values, features, nil, rows, copy, features)
        return copy
    }

    /// Panels of row-major numbers, zeros beyond the last row.
    static func from(_ numbers: UnsafePointer<Float>, rows: Int, features: Int, in pass: Pass) -> Panels {
        let panels = pass.panels(rows: rows, features: features)
        pass.kernels.rows_to_panels(numbers, features, rows, features, nil, panels.values, 0)
        return panels
    }

    /// Adds the rows to rows of other panels, none of them twice.
    func add(to other: Panels, at places: UnsafePointer<UInt32>, in pass: Pass) {
        pass.scoped {
            pass.kernels.rows_to_panels(rows(in: pass), features, rows, features, places, other.values, 1)
        }
    }
}

extension Pass {
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        let numbers = take(Float.self, count)
        numbers.update(repeating: 0, count: count)
        return numbers
    }
}
