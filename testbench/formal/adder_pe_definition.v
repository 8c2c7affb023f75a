// SPDX-License-Identifier: Apache-2.0
// What adder_pe promises, said with a signed comparison and subtractions, which
// the cell does not use. Registers have the cell's names, so that the two can
// be proved equal state by state.

`default_nettype none

module adder_pe_definition #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire              clk,
    input  wire              valid,
    input  wire              first,
    input  wire              last,
    input  wire              shift,
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w,
    input  wire [W_ACC-1:0]  sum_in,
    output reg  [W_ACC-1:0]  sum_out
);

reg  [W_ACC-1:0] acc;
wire [W_ACC-1:0] distance = x > w ? x - w : w - x;
wire [W_ACC-1:0] total = first ? distance : acc + distance;

always @(posedge clk) begin
    acc     <= valid ? total : acc;
    sum_out <= valid && last ? total : shift ? sum_in : sum_out;
end

endmodule

`default_nettype wire
