// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Error numbers with which the kernel answers (<asm-generic/errno-base.h>), as far as our operations meet them.
public enum KernelError {
    /// ENOENT: what is named is not there.
    public static let missing: Int32 = 2
    /// EBUSY: something still names it.
    public static let inUse: Int32 = 16
    /// EEXIST: it is there with other content.
    public static let exists: Int32 = 17
    /// EINVAL: key or data of a wrong length or kind.
    public static let invalid: Int32 = 22
    /// ENFILE: the set has as many elements as its size says.
    public static let full: Int32 = 23
}

extension KernelFailure {
    /// A refusal in the words of the C library.
    public static func refused(_ number: Int32, _ what: String, culprit: ElementCulprit? = nil) -> KernelFailure {
        let words =
            switch number {
            case KernelError.missing: "No such file or directory"
            case KernelError.inUse: "Device or resource busy"
            case KernelError.exists: "File exists"
            case KernelError.invalid: "Invalid argument"
            case KernelError.full: "Too many open files in system"
            default: "Error \(number)"
            }
        return KernelFailure(kind: .refused(errno: number), message: "\(what): \(words)", culprit: culprit)
    }
}
