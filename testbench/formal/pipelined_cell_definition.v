// SPDX-License-Identifier: Apache-2.0
// What pipelined_cell promises, said with comparisons and subtractions, which the
// cell does not use: in a tap's clock `addend` + `one` is what it adds, and
// `acc` + `rest` is the sum of those before. Registers have the cell's names, so
// that the two can be proved equal state by state.

`default_nettype none

module pipelined_cell_definition #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18,
    parameter CELL   = 0
) (
    input  wire              clk,
    input  wire              used,
    input  wire              skip,
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w_n,
    input  wire              first,
    input  wire              load,
    input  wire              leave,
    input  wire [W_ACC:0]    left,
    output reg  [W_ACC:0]    aside
);

wire [W_DATA-1:0] w     = ~w_n;
wire [W_DATA-1:0] over  = x > w ? x - w : 0;
wire [W_DATA-1:0] under = w > x ? w - x : 0;
wire [W_DATA-1:0] adds  = skip ? 0 : CELL == 1 ? over : over + under;

reg  [W_DATA-1:0] addend;
reg               one, rest;
reg  [W_ACC-1:0]  acc;

always @(posedge clk) begin
    addend <= adds - (CELL == 0 & ~skip & x > w);
    one    <= CELL == 0 & ~skip & x > w;
    if (used) begin
        acc  <= addend + (first ? 0 : acc + rest);
        rest <= one;
    end
    if (leave & load)
        aside <= {rest, acc};
    if (leave & ~load)
        aside <= left;
end

endmodule

`default_nettype wire
