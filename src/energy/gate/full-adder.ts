// SPDX-License-Identifier: Apache-2.0
// A library's full adder, which technology mapping does not find because it has two outputs, and the Yosys map that
// makes use of it. Bits of an addition with a constant operand stay gates.

import { parseFunction, valueOf } from './boolean.ts';
import type { Library } from './library.ts';

/** A library's full adder and its pins. */
export interface FullAdder {
  readonly cell: string;
  readonly inputs: readonly [string, string, string];
  readonly sum: string;
  readonly carry: string;
}

/** The smallest full adder of a library; undefined if it has none. */
export function findFullAdder(library: Library): FullAdder | undefined {
  let best: FullAdder | undefined;
  let area = Infinity;
  for (const cell of library.cells.values()) {
    const inputs = cell.pins.filter(({ direction }) => direction === 'input').map(({ name }) => name);
    const outputs = cell.pins.filter(({ direction }) => direction === 'output');
    if (inputs.length !== 3 || outputs.length !== 2 || cell.register || cell.otherState || cell.area >= area) continue;
    const has = (wanted: (ones: number) => boolean): string | undefined =>
      outputs.find(({ function: text }) => {
        if (text === undefined) return false;
        const expression = parseFunction(text);
        return Array.from({ length: 8 }, (_, code) => inputs.filter((_pin, i) => (code >> i) & 1)).every(
          (high) => valueOf(expression, new Set(high)) === wanted(high.length),
        );
      })?.name;
    const sum = has((ones) => ones % 2 === 1);
    const carry = has((ones) => ones >= 2);
    if (sum === undefined || carry === undefined) continue;
    [best, area] = [{ cell: cell.name, inputs: inputs as [string, string, string], sum, carry }, cell.area];
  }
  return best;
}

/** Verilog for Yosys' techmap: `$fa`, `$alu` and modules called full_adder become such cells. */
export function fullAdderMap({ cell, inputs, sum, carry }: FullAdder): string {
  const adder = (a: string, b: string, c: string, y: string, co: string): string =>
    `\\${cell} fa_u (.\\${inputs[0]} (${a}), .\\${inputs[1]} (${b}), .\\${inputs[2]} (${c}), .\\${sum} (${y}), .\\${carry} (${co}));`;
  return `
(* techmap_celltype = "full_adder" *)
module map_full_adder (input a, input b, input c, output sum, output carry);
\\$fa #(.WIDTH(1)) fa_u (.A(a), .B(b), .C(c), .Y(sum), .X(carry));
endmodule

(* techmap_celltype = "$fa" *)
module map_fa #(
    parameter WIDTH = 1,
    parameter [WIDTH-1:0] _TECHMAP_CONSTMSK_A_ = 0,
    parameter [WIDTH-1:0] _TECHMAP_CONSTMSK_B_ = 0,
    parameter [WIDTH-1:0] _TECHMAP_CONSTMSK_C_ = 0
) (input [WIDTH-1:0] A, input [WIDTH-1:0] B, input [WIDTH-1:0] C, output [WIDTH-1:0] X, output [WIDTH-1:0] Y);
localparam [WIDTH-1:0] CONSTANT = _TECHMAP_CONSTMSK_A_ | _TECHMAP_CONSTMSK_B_ | _TECHMAP_CONSTMSK_C_;
genvar i;
generate for (i = 0; i < WIDTH; i = i + 1) begin : gen_bit
    if (CONSTANT[i]) begin : gen_gates
        assign Y[i] = A[i] ^ B[i] ^ C[i];
        assign X[i] = A[i] & B[i] | (A[i] | B[i]) & C[i];
    end else begin : gen_cell
        ${adder('A[i]', 'B[i]', 'C[i]', 'Y[i]', 'X[i]')}
    end
end endgenerate
endmodule

(* techmap_celltype = "$alu" *)
module map_alu #(
    parameter A_SIGNED = 0,
    parameter B_SIGNED = 0,
    parameter A_WIDTH = 1,
    parameter B_WIDTH = 1,
    parameter Y_WIDTH = 1,
    parameter [A_WIDTH-1:0] _TECHMAP_CONSTMSK_A_ = 0,
    parameter [B_WIDTH-1:0] _TECHMAP_CONSTMSK_B_ = 0,
    parameter _TECHMAP_CONSTMSK_CI_ = 0
) (
    input [A_WIDTH-1:0] A, input [B_WIDTH-1:0] B, input CI, input BI,
    output [Y_WIDTH-1:0] X, output [Y_WIDTH-1:0] Y, output [Y_WIDTH-1:0] CO
);
wire [Y_WIDTH-1:0] a, b_plain;
wire [Y_WIDTH-1:0] b = b_plain ^ {Y_WIDTH{BI}};
wire [Y_WIDTH:0] c = {CO, CI};
\\$pos #(.A_SIGNED(A_SIGNED), .A_WIDTH(A_WIDTH), .Y_WIDTH(Y_WIDTH)) a_u (.A(A), .Y(a));
\\$pos #(.A_SIGNED(B_SIGNED), .A_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH)) b_u (.A(B), .Y(b_plain));
assign X = a ^ b;
genvar i;
generate for (i = 0; i < Y_WIDTH; i = i + 1) begin : gen_bit
    localparam A_AT = i < A_WIDTH ? i : A_WIDTH - 1;
    localparam B_AT = i < B_WIDTH ? i : B_WIDTH - 1;
    localparam GATES = (i < A_WIDTH || A_SIGNED ? _TECHMAP_CONSTMSK_A_[A_AT] : 1'b1)
        | (i < B_WIDTH || B_SIGNED ? _TECHMAP_CONSTMSK_B_[B_AT] : 1'b1)
        | (i == 0 ? _TECHMAP_CONSTMSK_CI_ : 1'b0);
    if (GATES) begin : gen_gates
        assign Y[i] = a[i] ^ b[i] ^ c[i];
        assign CO[i] = a[i] & b[i] | (a[i] | b[i]) & c[i];
    end else begin : gen_cell
        ${adder('a[i]', 'b[i]', 'c[i]', 'Y[i]', 'CO[i]')}
    end
end endgenerate
endmodule
`;
}
