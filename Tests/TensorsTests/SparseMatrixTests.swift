import Testing

@testable import Tensors

@Suite("Sparse matrices")
struct SparseMatrixTests {
    @Test("are stacked side by side")
    func stacked() throws {
        let left = try SparseMatrix(rows: 2, columns: 3, entries: [(0, 2, 1), (1, 0, 2)])
        let right = try SparseMatrix(rows: 2, columns: 2, entries: [(1, 1, 3), (1, 1, 4)])
        let both = SparseMatrix.horizontallyStacked([left, right])
        #expect(both.dense().values == [0, 0, 1, 0, 0, 2, 0, 0, 0, 7])
        #expect(both.sumOfRows().dense().values == [2, 0, 1, 0, 7])
        #expect(SparseMatrix.horizontallyStacked([]).rows == 0)
        #expect(SparseMatrix.horizontallyStacked([left]) == left)
    }

    @Test("refuse parts that do not fit together")
    func refusal() {
        #expect(throws: TensorError.self) { try SparseMatrix(rows: 2, columns: 3, entries: [(2, 0, 1)]) }
        #expect(throws: TensorError.self) { try SparseMatrix(rows: 2, columns: 3, entries: [(0, 3, 1)]) }
        #expect(throws: TensorError.self) {
            try SparseMatrix(columns: 3, rowStarts: [0, 2, 1], columnIndices: [0], values: [1])
        }
        #expect(throws: TensorError.self) {
            try SparseMatrix(columns: 3, rowStarts: [0, 1], columnIndices: [3], values: [1])
        }
        #expect(throws: TensorError.self) {
            try SparseMatrix(columns: 3, rowStarts: [], columnIndices: [], values: [])
        }
    }

    @Test("are filled row by row and emptied")
    func filled() {
        var matrix = SparseMatrix(columns: 2)
        matrix.appendRow([(column: 1, value: 5)])
        matrix.appendRow([])
        #expect(matrix.dense().values == [0, 5, 0, 0])
        matrix.reset(columns: 1)
        #expect(matrix.rows == 0)
        matrix.appendRow([(column: 0, value: 1)])
        #expect(matrix.dense().values == [1])
    }

    @Test("features of a width that was not trained are refused")
    func widths() throws {
        let layer = try SparseDenseLayer(layerWeights(kernel: Matrix(rows: 4, columns: 2), bias: [0, 0]))
        #expect(throws: TensorError.self) {
            try layer.apply(SparseMatrix(columns: 5), using: Workspace())
        }
    }
}

@Suite("Similarities")
struct SimilarityTests {
    @Test("inner and cosine")
    func both() throws {
        let labels = Matrix(rows: 2, columns: 2, values: [3, 4, 0, 0])
        #expect(try Similarity.inner.scores(of: [1, 1], to: labels) == [7, 0])
        let cosine = try Similarity.cosine.scores(of: [3, 4], to: labels)
        #expect(abs(cosine[0] - 1) < 1e-6)
        #expect(cosine[1] == 0)
        #expect(throws: TensorError.self) { try Similarity.inner.scores(of: [1], to: labels) }
    }
}
