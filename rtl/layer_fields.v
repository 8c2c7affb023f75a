// SPDX-License-Identifier: Apache-2.0
// layer_fields: holds the fields of the layer that is running.
//
// The program buffer holds FIELDS 32-bit words a layer. Words 3l to 3l+2 are
// loop l of the layer's nest: address step; {y step, x step}; iterations less
// one. Loops, innermost first: channel, kernel column, kernel row, column and
// row in a pooling window, window column, window row, tile of filters. Words
// from 24 on are named below.

`default_nettype none

module layer_fields #(
    parameter LEVELS  = 8,
    parameter W_COUNT = 16,
    parameter W_ADDR  = 24,
    parameter W_DATA  = 8,
    parameter W_FIELD = 6    // bits of a word's index
) (
    input  wire                      clk,

    input  wire                      write,
    input  wire [W_FIELD-1:0]        index,
    input  wire [31:0]               word,

    output reg  [LEVELS*W_COUNT-1:0] limit,
    output reg  [LEVELS*W_ADDR-1:0]  addr_step,
    output reg  [LEVELS*W_COUNT-1:0] y_step,
    output reg  [LEVELS*W_COUNT-1:0] x_step,
    output reg  [W_ADDR-1:0]         addr_origin,   // of the first tap, outside the map when padded
    output reg  [W_COUNT-1:0]        y_origin,
    output reg  [W_COUNT-1:0]        x_origin,
    output reg  [W_COUNT-1:0]        in_height,     // a tap at y, x outside is padding
    output reg  [W_COUNT-1:0]        in_width,
    output reg  [W_ADDR-1:0]         weight_base,   // first word in the weight buffer
    output reg  [W_ADDR-1:0]         fold_base,     // first word in the fold buffer
    output reg  [W_DATA-1:0]         low,           // smallest output code
    output reg  [W_DATA-1:0]         pad_code,      // what a padded tap reads
    output reg  [W_ADDR-1:0]         filters,       // output channels
    output reg  [W_COUNT-1:0]        last_columns,  // columns used by the last tile of filters
    output reg  [W_COUNT-1:0]        window_limit,  // pixels in a pooling window, less one
    output reg  [W_ADDR-1:0]         pixel_limit    // pixels written, less one
);

localparam SCALARS = 3 * LEVELS;   // index of the first word that belongs to no loop

genvar l;
generate for (l = 0; l < LEVELS; l = l + 1) begin : gen_level
    always @(posedge clk) begin
        if (write & index == 3 * l)
            addr_step[l*W_ADDR +: W_ADDR] <= word[W_ADDR-1:0];
        if (write & index == 3 * l + 1) begin
            y_step[l*W_COUNT +: W_COUNT] <= word[16 +: W_COUNT];
            x_step[l*W_COUNT +: W_COUNT] <= word[0 +: W_COUNT];
        end
        if (write & index == 3 * l + 2)
            limit[l*W_COUNT +: W_COUNT] <= word[W_COUNT-1:0];
    end
end endgenerate

always @(posedge clk) begin
    if (write) begin
        case (index)
            SCALARS + 0: addr_origin <= word[W_ADDR-1:0];
            SCALARS + 1: begin
                y_origin <= word[16 +: W_COUNT];
                x_origin <= word[0 +: W_COUNT];
            end
            SCALARS + 2: begin
                in_height <= word[16 +: W_COUNT];
                in_width  <= word[0 +: W_COUNT];
            end
            SCALARS + 3: weight_base <= word[W_ADDR-1:0];
            SCALARS + 4: fold_base   <= word[W_ADDR-1:0];
            SCALARS + 5: begin
                low      <= word[16 +: W_DATA];
                pad_code <= word[0 +: W_DATA];
            end
            SCALARS + 6: filters <= word[W_ADDR-1:0];
            SCALARS + 7: begin
                last_columns <= word[16 +: W_COUNT];
                window_limit <= word[0 +: W_COUNT];
            end
            SCALARS + 8: pixel_limit <= word[W_ADDR-1:0];
            default: ;
        endcase
    end
end

endmodule

`default_nettype wire
