/// Ends the program with a status, after people were told why.
package struct ReportedFailure: Error {
    package let status: Int32
}
