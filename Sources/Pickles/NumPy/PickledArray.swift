import ExactText

/// An array of NumPy, or of a class that is one, as a pickle or a file of joblib has it.
package struct PickledArray: Sendable, Hashable {
    package let shape: [Int]
    package let element: PickledElement
    /// Whether the first index is the fastest.
    private let isFortran: Bool
    private let content: Content

    private enum Content: Sendable, Hashable {
        case bytes(ArraySlice<UInt8>)
        case objects([PickleValue])
    }

    /// Reads a pickled array; nil for other values, and where bytes and shape do not fit together.
    ///
    /// - Parameter type: The class that the array is of.
    package init?(_ value: PickleValue, of type: PickleClass = .array) {
        if let object = value.object(.joblibArray) {
            guard let state = object.state, case .bytes(let bytes)? = object.elements.first,
                let element = state["dtype"].flatMap(PickledElement.init), let shape = state["shape"]
            else { return nil }
            self.init(shape, element, isFortran: state["order"]?.text == "F", .bytes(bytes))
        } else if let object = value.object(.arrayReconstruction) {
            // The state: version, shape, type, whether in Fortran's order, content; behind them the class's own.
            guard case .name(type)? = object.arguments.first, let state = object.state?.elements, state.count >= 5,
                let element = PickledElement(state[2]), case .truth(let isFortran) = state[3]
            else { return nil }
            self.init(state[1], element, isFortran: isFortran, state[4])
        } else if let object = value.object(.arrayFromBuffer), object.arguments.count == 4 {
            // Buffer, type, shape and order.
            let parts = object.arguments
            guard let element = PickledElement(parts[1]) else { return nil }
            self.init(parts[2], element, isFortran: parts[3].text == "F", parts[0])
        } else {
            return nil
        }
    }

    private init?(_ shape: PickleValue, _ element: PickledElement, isFortran: Bool, _ content: PickleValue) {
        guard let sizes = shape.elements?.map(\.whole), let count = PickledArray.count(of: sizes) else { return nil }
        switch content {
        case .bytes(let bytes) where element.kind != .object:
            let (size, overflow) = count.multipliedReportingOverflow(by: element.width)
            guard !overflow, size == bytes.count else { return nil }
            self.content = .bytes(bytes)
        case .list(let objects) where element.kind == .object && objects.count == count:
            self.content = .objects(objects)
        default: return nil
        }
        (self.shape, self.element, self.isFortran) = (sizes.compactMap { $0 }, element, isFortran)
    }

    /// How many elements a shape has; nil where it is none, or says more of nothing than anyone should walk through.
    static func count(of shape: [Int?]?) -> Int? {
        guard let shape, shape.count <= 32 else { return nil }
        var (count, extent) = (1, 1)
        for size in shape {
            guard let size, size >= 0 else { return nil }
            let (product, overflow) = extent.multipliedReportingOverflow(by: max(1, size))
            guard !overflow else { return nil }
            (count, extent) = (size == 0 ? 0 : count * size, product)
        }
        return count > 0 || extent <= maxEmptyExtent ? count : nil
    }

    private static let maxEmptyExtent = 1 << 20

    package var count: Int { shape.reduce(1, *) }
}

// MARK: Elements, the last index the fastest

extension PickledArray {
    /// The elements of an array of objects; nil for others.
    package var objects: [PickleValue]? {
        guard case .objects(let objects) = content else { return nil }
        return inOrder(objects)
    }

    package var doubles: [Double]? {
        switch element.kind {
        case .floating where element.width == 4: numbers { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }
        case .floating: numbers { Double(bitPattern: $0) }
        default: integers?.map { Double($0) }
        }
    }

    package var floats: [Float]? {
        if element.kind == .floating, element.width == 4 {
            return numbers { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
        }
        return doubles?.map { Float($0) }
    }

    /// Whole numbers and truth values; nil for others, and for numbers that are too large.
    package var integers: [Int]? {
        let unused = 64 - 8 * element.width
        switch element.kind {
        case .whole: return numbers { (Int(truncatingIfNeeded: $0) << unused) >> unused }
        case .truth, .unsigned:
            let all = numbers { Int(exactly: $0) } ?? []
            let known = all.compactMap { $0 }
            return known.count == all.count ? known : nil
        default: return nil
        }
    }

    /// Texts, as NumPy has them: four bytes a code point, filled up by zeros. Objects that are texts count too.
    package var texts: [String]? {
        if let objects {
            let texts = objects.compactMap(\.text)
            return texts.count == objects.count ? texts : nil
        }
        guard element.kind == .text, case .bytes(let bytes) = content else { return nil }
        var texts: [String] = []
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: max(1, element.width)) {
            var scalars = String.UnicodeScalarView()
            for place in stride(from: start, to: start + element.width, by: 4) {
                guard let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: number(at: place, width: 4, bytes))) else {
                    return nil
                }
                scalars.append(scalar)
            }
            while scalars.last == "\0" { scalars.removeLast() }
            texts.append(String(scalars))
        }
        return inOrder(texts)
    }

    private func numbers<Number>(_ convert: (UInt64) -> Number) -> [Number]? {
        guard case .bytes(let bytes) = content, element.width > 0 else { return nil }
        let all = stride(from: bytes.startIndex, to: bytes.endIndex, by: element.width).map {
            convert(number(at: $0, width: element.width, bytes))
        }
        return inOrder(all)
    }

    private func number(at place: Int, width: Int, _ bytes: ArraySlice<UInt8>) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<width {
            number = number << 8 | UInt64(bytes[place + (element.isBigEndian ? index : width - 1 - index)])
        }
        return number
    }

    /// The elements where the last index is the fastest.
    private func inOrder<Element>(_ stored: [Element]) -> [Element] {
        guard isFortran, shape.count > 1, !stored.isEmpty else { return stored }
        var strides: [Int] = []
        var step = 1
        for size in shape {
            strides.append(step)
            step *= size
        }
        var index = [Int](repeating: 0, count: shape.count)
        return stored.indices.map { _ in
            let element = stored[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }]
            for place in shape.indices.reversed() {
                index[place] += 1
                if index[place] < shape[place] { break }
                index[place] = 0
            }
            return element
        }
    }
}

extension PickleValue {
    /// A number, also where it is one of NumPy's.
    package var number: Double? {
        switch self {
        case .whole(let number): return Double(number)
        case .number(let number): return number
        case .truth(let truth): return truth ? 1 : 0
        case .object(let object) where object.type == .scalar && object.arguments.count == 2:
            return PickledArray(scalar: object)?.doubles?.first
        default: return nil
        }
    }

    /// A whole number, also where it is one of NumPy's.
    package var integer: Int? {
        if let object = object(.scalar) { return PickledArray(scalar: object)?.integers?.first }
        return whole
    }
}

extension PickledArray {
    /// A single number, `numpy.core.multiarray.scalar` of its type and bytes.
    fileprivate init?(scalar object: PickleObject) {
        guard object.arguments.count == 2, let element = PickledElement(object.arguments[0]) else { return nil }
        self.init(.tuple([]), element, isFortran: false, object.arguments[1])
    }
}
